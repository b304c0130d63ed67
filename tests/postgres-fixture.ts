import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase extends AsyncDisposable {
  name: string;
  url: string;
}

/** A state of the database that many tests begin with: made once a run, then copied. */
export interface TestTemplate {
  /** Names the state; two templates of one name must prepare the same. */
  name: string;
  /** Brings an empty database to the state, and closes every connection to it. */
  prepare(url: string): Promise<void>;
}

/**
 * A database of its own for one test (or one file), empty or a copy of `template`; dropped on dispose, connections and
 * all. Test files run in several processes, so a template is made under a lock and copied by all.
 */
export async function createTestDatabase(template?: TestTemplate): Promise<TestDatabase> {
  const source = template === undefined ? 'template0' : await ensureTemplate(template);
  const name = `test_${inject('testRun')}_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${source}`));
  return {
    name,
    url: urlOf(name),
    async [Symbol.asyncDispose]() {
      await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function ensureTemplate(template: TestTemplate): Promise<string> {
  const name = `test_${inject('testRun')}_template_${template.name.replaceAll(/[^a-z0-9_]/g, '_')}`;
  await asAdmin(async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    // Prepared under another name: a failed preparation leaves nothing that looks finished.
    const draft = `${name}_${randomBytes(3).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    try {
      await template.prepare(urlOf(draft));
      // The server may still be closing connections that their clients have closed.
      await admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [draft]);
      await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    } catch (error) {
      await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      throw error;
    }
  });
  return name;
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
