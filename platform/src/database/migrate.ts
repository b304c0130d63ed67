import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { AppError } from '../errors.ts';
import { subgraphNames } from '../graph/type-defs.ts';
import { type AppliedMigration, checkApplied, migrationHash } from './applied-migrations.ts';
import { refuseForeignSchemas } from './own-schemas.ts';
import { createPool } from './pool.ts';
import { roleNames, rolePassword, roleUrl } from './roles.ts';
import { subgraphSchemaSql } from './subgraph-schema.ts';
import { inTransaction } from './transaction.ts';

const folder = join(import.meta.dirname, 'migrations');

/** The platform's own migrations, in order. */
export const platformMigrations: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort();

const oldestSupported = 15;

/**
 * Brings the parts of the database that belong to nobody alone up to date: roles, the log, the registry, the job queue and
 * an empty schema for each subgraph. Forward only, safe to run at each start and from several processes at once.
 *
 * @param adminUrl login that may create roles and schemas
 * @param secret the installation's secret; the roles' passwords derive from it
 * @throws AppError where the server is too old, its schema is newer than this version knows, another program's schemas stand in the way, or a migration was edited since it was run
 */
export async function migratePlatform(adminUrl: string, secret: string): Promise<void> {
  const pool = createPool(adminUrl, { name: 'migrate', max: 2, statementTimeoutMs: 0 });
  try {
    const { superuser } = await checkServer(pool);
    await refuseForeignSchemas(pool);
    await takingTurns(() =>
      inTransaction(pool, async (tx) => {
        for (const role of roleNames) {
          const password = rolePassword(secret, role).replaceAll("'", '');
          await tx.query(`DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} LOGIN; END IF;
        END $$`);
          await tx.query(`ALTER ROLE ${role} PASSWORD '${password}'`);
          // Who is no superuser has to be a member to make schemas for the role.
          if (!superuser) await tx.query(`GRANT ${role} TO CURRENT_USER`);
        }
      }),
    );
    await inTransaction(pool, async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(7301000)');
      await tx.query('CREATE SCHEMA IF NOT EXISTS platform');
      await tx.query(
        'CREATE TABLE IF NOT EXISTS platform.migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
      );
      await tx.query('ALTER TABLE platform.migration ADD COLUMN IF NOT EXISTS hash text');
      const { rows } = await tx.query<AppliedMigration>('SELECT name, hash FROM platform.migration ORDER BY name');
      const texts = new Map(platformMigrations.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
      for (const name of checkApplied(rows, texts)) {
        const hash = migrationHash(texts.get(name) ?? '');
        await tx.query('UPDATE platform.migration SET hash = $2 WHERE name = $1', [name, hash]);
      }
      const done = new Set(rows.map((row) => row.name));
      for (const [name, text] of texts) {
        if (done.has(name)) continue;
        await tx.query(text);
        await tx.query('INSERT INTO platform.migration (name, hash) VALUES ($1, $2)', [name, migrationHash(text)]);
      }
      for (const name of subgraphNames) await tx.query(subgraphSchemaSql(name));
      await tx.query('CREATE SCHEMA IF NOT EXISTS graphile_worker AUTHORIZATION cda_jobs');
    });
    // In this database only one at a time: the right that one takes back at its end is the one that another needs.
    await takingTurns(() =>
      inTransaction(pool, async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock(7301002)');
        await migrateJobs(pool, roleUrl(adminUrl, secret, 'cda_jobs'));
      }),
    );
  } finally {
    await pool.end();
  }
}

/**
 * Roles and rights on a database belong to the whole server, where advisory locks (each of one database) hold nobody back:
 * of two that change the same row at once PostgreSQL refuses one, who then tries again.
 */
async function takingTurns(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const collided = message.includes('tuple concurrently') || code === '23505' || code === '40P01';
      if (!collided || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt * Math.random()));
    }
  }
}

/** The job queue's tables belong to its own role, which may make schemas for as long as that takes only. */
async function migrateJobs(admin: Pool, jobsUrl: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  const database = rows[0]?.name;
  const jobs = createPool(jobsUrl, { name: 'migrate-jobs', max: 1, statementTimeoutMs: 0 });
  try {
    await admin.query(`GRANT CREATE ON DATABASE ${database} TO cda_jobs`);
    await runMigrations({ pgPool: jobs });
  } finally {
    await jobs.end();
    await admin.query(`REVOKE CREATE ON DATABASE ${database} FROM cda_jobs`);
  }
}

async function checkServer(pool: Pool): Promise<{ superuser: boolean }> {
  const { rows } = await pool
    .query<{ version: number; super: boolean; role: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version, rolsuper AS super, rolcreaterole AS role
       FROM pg_roles WHERE rolname = current_user`,
    )
    .catch((error: Error) => {
      throw new AppError(
        'DATABASE_UNAVAILABLE',
        `The database does not answer: ${error.message}.`,
        'Check DATABASE_URL, that the server runs, and that it lets this machine in.',
        { cause: error },
      );
    });
  const server = rows[0];
  if (!server || server.version < oldestSupported) {
    throw new AppError(
      'DATABASE_UNSUPPORTED',
      `The database is PostgreSQL ${server?.version}; version ${oldestSupported} or later is needed.`,
      `Point DATABASE_URL to a server of version ${oldestSupported} to 18, or leave it out to use the one that comes along.`,
    );
  }
  if (!server.super && !server.role) {
    throw new AppError(
      'DATABASE_UNSUPPORTED',
      'The login of DATABASE_URL may not create roles, and each subgraph has its own.',
      'Use a login with CREATEROLE that owns the database.',
    );
  }
  return { superuser: server.super };
}
