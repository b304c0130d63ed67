import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { isOurs, ownSchemas } from '@cda/platform/database/own-schemas.ts';
import { AppError } from '@cda/platform/errors.ts';
import pg from 'pg';
import { makeFolder } from './make-folder.ts';
import { findRunningPostgres, removePostgres, startPostgres } from './postgres/start-postgres.ts';

/** The database that this software makes inside the server that comes along. */
const databaseName = 'cda';

export interface InstallationOptions {
  dataDir: string;
  /** A server of the operator's own. */
  databaseUrl?: string | undefined;
  /** Told one line about each thing that the operator should know. */
  log?: (line: string) => void;
  /** Uses the server of a system that runs over the same folder, instead of refusing to share it. */
  join?: boolean;
}

/** A data folder with its database open. */
export interface Installation extends AsyncDisposable {
  dataDir: string;
  /** Login that may create roles and schemas. */
  adminUrl: string;
  database: {
    /** The server that comes along, one of the operator's own, or the one of a system that runs already. */
    server: 'embedded' | 'own' | 'running';
    version: string;
    port: number;
    /** Made by this start. */
    created: boolean;
    /** Found running after a crash. */
    reused: boolean;
  };
}

/**
 * Opens the database of an installation: the server named by `databaseUrl`, the one of a system that runs over the data
 * folder (`join`), or the one that comes along, which is then stopped again when this is disposed.
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { dataDir, databaseUrl } = options;
  if (databaseUrl !== undefined) {
    const version = await serverVersion(databaseUrl);
    const port = Number(new URL(databaseUrl).port) || 5432;
    return {
      dataDir,
      adminUrl: databaseUrl,
      database: { server: 'own', version, port, created: false, reused: false },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const folder = join(dataDir, 'postgres');
  const running = options.join ? await findRunningPostgres(folder) : undefined;
  if (running !== undefined) {
    return {
      dataDir,
      adminUrl: inDatabase(running),
      database: {
        server: 'running',
        version: await serverVersion(running),
        port: Number(new URL(running).port),
        created: false,
        reused: false,
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const server = await startPostgres({ dataDir: folder, ...(options.log ? { log: options.log } : {}) });
  try {
    await ensureDatabase(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { version, port, created, reused } = server;
  return {
    dataDir,
    adminUrl: inDatabase(server.url),
    database: { server: 'embedded', version, port, created, reused },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The secrets of an installation; those of the data folder are made at its first start. */
export async function installationSecrets(dataDir: string, production: boolean): Promise<Secrets> {
  try {
    await makeFolder(dataDir);
    return await loadSecrets({ dataDir, production });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'FOLDER_UNUSABLE',
      `The data folder ${dataDir} can't be used (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}).`,
      'Give a folder that you own with --data-dir (or DATA_DIR).',
      { cause },
    );
  }
}

/**
 * Throws away what an installation holds: the database (in a server of the operator's own only the schemas that are ours),
 * and what we wrote into the data folder. Logs and files of others stay.
 */
export async function removeInstallation(options: Pick<InstallationOptions, 'dataDir' | 'databaseUrl'>): Promise<void> {
  if (options.databaseUrl === undefined) await removePostgres(join(options.dataDir, 'postgres'));
  else {
    const client = new pg.Client({ connectionString: options.databaseUrl, connectionTimeoutMillis: 5_000 });
    await client.connect();
    try {
      // Of a database that this software never was in, schemas of these names are somebody else's.
      if (await isOurs(client)) await client.query(`DROP SCHEMA IF EXISTS ${ownSchemas.join(', ')} CASCADE`);
    } finally {
      await client.end();
    }
  }
  for (const name of ['secrets.json', 'demo-shop-truth.json']) await rm(join(options.dataDir, name), { force: true });
}

/** Makes the data folder such that only its owner reads it, and that the server's user can pass through it where we are root. */
export async function prepareInstallationFolder(dataDir: string): Promise<void> {
  try {
    const made = await makeFolder(dataDir);
    if (made) await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError(
      'FOLDER_UNUSABLE',
      code === 'ENOTDIR' || code === 'EEXIST'
        ? `The data folder ${dataDir} can't be made: a file stands in its way.`
        : `The data folder ${dataDir} can't be made (${code}).`,
      'Give a folder that you own with --data-dir (or DATA_DIR).',
      { cause },
    );
  }
}

function inDatabase(url: string): string {
  const address = new URL(url);
  address.pathname = `/${databaseName}`;
  return address.href;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (!rowCount) await client.query(`CREATE DATABASE ${databaseName} TEMPLATE template0`);
  } finally {
    await client.end();
  }
}

async function serverVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version') AS version");
    return rows[0]?.version.split(' ')[0] ?? '';
  } catch (cause) {
    const address = new URL(url);
    const error = cause as NodeJS.ErrnoException;
    throw new AppError(
      'DATABASE_UNAVAILABLE',
      `The database at ${address.hostname}:${address.port || 5432}${address.pathname} does not answer: ${error.message || error.code}.`,
      'Check DATABASE_URL, that the server runs, and that it lets this machine in; leave it out to use the server that comes along.',
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
