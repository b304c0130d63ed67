import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { isAlive } from '../standalone/src/postgres/process-identity.ts';
import { removePostgres, startPostgres } from '../standalone/src/postgres/start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a superuser of the server that this run's tests share. */
    postgresUrl: string;
    /** Part of the name of every database that this run makes. */
    testRun: string;
  }
}

const runs = join(tmpdir(), `cda-tests-${process.getuid?.() ?? 'user'}`);

/**
 * One PostgreSQL for the whole run: the embedded one in a temporary folder, or the server named by
 * `CDA_TEST_DATABASE_URL`. Runs that were killed are cleaned up after.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const testRun = randomBytes(4).toString('hex');
  project.provide('testRun', testRun);
  const own = process.env['CDA_TEST_DATABASE_URL'];
  if (own) {
    project.provide('postgresUrl', own);
    return () => dropDatabases(own, testRun);
  }
  await sweep();
  const folder = join(runs, String(process.pid));
  mkdirSync(folder, { recursive: true });
  for (const path of [runs, folder]) chmodSync(path, 0o755);
  const server = await startPostgres({
    dataDir: folder,
    // Tests of durability start their own server; all others gain by not waiting for the disk.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '256MB' },
  });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await removePostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function sweep(): Promise<void> {
  for (const name of existsSync(runs) ? readdirSync(runs) : []) {
    if (isAlive(Number(name))) continue;
    await removePostgres(join(runs, name)).catch(() => undefined);
    rmSync(join(runs, name), { recursive: true, force: true });
  }
}

async function dropDatabases(url: string, testRun: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      `test\\_${testRun}\\_%`,
    ]);
    for (const { datname } of rows)
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
