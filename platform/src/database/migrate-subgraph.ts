import type { MikroORM } from '@mikro-orm/postgresql';
import type { SubgraphDefinition } from '../service/subgraph-definition.ts';
import { type AppliedMigration, checkApplied, migrationHash } from './applied-migrations.ts';

/**
 * Brings a subgraph's own schema up to date, and keeps a hash of each migration that was run beside its name.
 *
 * @returns how many migrations were run
 * @throws AppError where the database is newer than this version, or where a migration was edited since it was run
 */
export async function migrateSubgraph(
  { name, migrations }: Pick<SubgraphDefinition, 'name' | 'migrations'>,
  orm: MikroORM,
): Promise<number> {
  const connection = orm.em.getConnection();
  const table = `${name}.migration`;
  const texts = new Map<string, string>();
  for (const migration of migrations) {
    const one = new migration.class(orm.em.getDriver(), orm.config);
    await one.up?.();
    texts.set(migration.name, (one.getQueries?.() ?? []).map(String).join('\n'));
  }
  const readApplied = async (): Promise<AppliedMigration[]> => {
    await connection.execute(`ALTER TABLE IF EXISTS ${table} ADD COLUMN IF NOT EXISTS hash text`);
    const [found] = await connection.execute<{ there: boolean }[]>('SELECT to_regclass(?) IS NOT NULL AS there', [
      table,
    ]);
    return found?.there ? connection.execute<AppliedMigration[]>(`SELECT name, hash FROM ${table} ORDER BY name`) : [];
  };
  checkApplied(await readApplied(), texts);
  const run = await orm.migrator.up();
  for (const missing of checkApplied(await readApplied(), texts)) {
    const hash = migrationHash(texts.get(missing) ?? '');
    await connection.execute(`UPDATE ${table} SET hash = ? WHERE name = ? AND hash IS NULL`, [hash, missing]);
  }
  return run.length;
}
