import { resolve } from 'node:path';
import type { Secrets } from '@cda/platform/auth/secrets.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { createLog } from '@cda/platform/telemetry/log.ts';
import { dataFolder, requireInstallation } from '@cda/standalone/data-folder.ts';
import * as standalone from '@cda/standalone/installation.ts';
import type { System } from '@cda/standalone/system.ts';

/** Where an installation keeps its things, as the options and the environment say. */
export interface InstallationOptions {
  dataDir?: string;
  databaseUrl?: string;
  /** Whether one may be begun where there is none. */
  mayBegin?: boolean;
}

/** An installation that a command works on. */
export interface Installation extends AsyncDisposable {
  /** Login that may do everything. */
  adminUrl: string;
  secrets: Secrets;
  dataDir: string;
  /** Whether the system runs in another process, which then follows the log and fits models by itself. */
  running: boolean;
  /** The system: brought up in this process where no other runs it. */
  system(): Promise<System>;
}

/** Opens the installation: the database that runs already, or the embedded one for as long as the command takes. */
export async function openInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const dataDir = dataFolder(options.dataDir);
  if (!options.mayBegin) requireInstallation(dataDir);
  await standalone.prepareInstallationFolder(dataDir);
  const secrets = await standalone.installationSecrets(dataDir, process.env['NODE_ENV'] === 'production');
  await using opening = new AsyncDisposableStack();
  const { adminUrl } = opening.use(
    await standalone.openInstallation({
      dataDir,
      databaseUrl: options.databaseUrl ?? process.env['DATABASE_URL'],
      join: true,
    }),
  );
  const running = await isServed(adminUrl);
  let system: Promise<System> | undefined;
  const open = opening.move();
  return {
    adminUrl,
    secrets,
    dataDir,
    running,
    system: () => {
      system ??= import('@cda/standalone/system.ts').then(({ startSystem }) =>
        startSystem({
          adminUrl,
          internalSecret: secrets.internalSecret,
          access: secrets.access,
          follow: false,
          log: createLog({ service: 'cli', folder: resolve(dataDir, 'logs') }),
        }),
      );
      return system;
    },
    [Symbol.asyncDispose]: async () => {
      await (await system?.catch(() => undefined))?.[Symbol.asyncDispose]();
      await open.disposeAsync();
    },
  };
}

/** Whether a subgraph of another process listens to the log of this database. */
async function isServed(adminUrl: string): Promise<boolean> {
  const pool = createPool(adminUrl, { name: 'cli', max: 1 });
  try {
    const { rowCount } = await pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'users-listen' LIMIT 1`,
    );
    return rowCount === 1;
  } finally {
    await pool.end();
  }
}
