import { migratePlatform, platformMigrations } from '@cda/platform/database/migrate.ts';
import { migrateSubgraph } from '@cda/platform/database/migrate-subgraph.ts';
import { openOrm } from '@cda/platform/database/orm.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { products } from '../../../subgraphs/products/src/index.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

let database: TestDatabase;
let admin: Pool;
let orm: Awaited<ReturnType<typeof openOrm>>;

beforeEach(async () => {
  database = await createTestDatabase(emptyShop);
  admin = createPool(database.url, { name: 'test', max: 1 });
  orm = await openOrm(products, roleUrl(database.url, testSecret, 'cda_products'));
});

afterEach(async () => {
  await orm?.close(true);
  await admin?.end();
  await database?.[Symbol.asyncDispose]();
});

const platform = {
  table: 'platform.migration',
  first: platformMigrations[0] as string,
  migrate: () => migratePlatform(database.url, testSecret),
};
const ofProducts = {
  table: 'products.migration',
  first: products.migrations[0]?.name as string,
  migrate: () => migrateSubgraph(products, orm),
};
const hashes = async (table: string): Promise<{ name: string; hash: string | null }[]> =>
  (await admin.query(`SELECT name, hash FROM ${table} ORDER BY name`)).rows;

describe.each([platform, ofProducts])('what is kept of migrations in $table', ({ table, first, migrate }) => {
  test('is a hash of each, and migrating again changes nothing', async () => {
    const before = await hashes(table);
    expect(before.length).toBeGreaterThan(0);
    for (const { hash } of before) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    await migrate();
    expect(await hashes(table)).toEqual(before);
  });

  test('stops whoever comes with another text, by a sentence that names the file and says what to do', async () => {
    await admin.query(`UPDATE ${table} SET hash = repeat('0', 64) WHERE name = $1`, [first]);
    await expect(migrate()).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining(first),
      remedy: expect.stringContaining('as it was released'),
    });
  });

  test('is filled in for a database that was migrated before hashes were kept', async () => {
    const before = await hashes(table);
    await admin.query(`ALTER TABLE ${table} DROP COLUMN hash`);
    await migrate();
    expect(await hashes(table)).toEqual(before);
  });

  test('stops a version that does not know one of them', async () => {
    await admin.query(`INSERT INTO ${table} (name) VALUES ('999-from-the-future.sql')`);
    await expect(migrate()).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW' });
  });
});
