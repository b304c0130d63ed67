import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { startSubgraph } from '@cda/platform/service/subgraph.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { openInstallation, prepareInstallationFolder, removeInstallation } from '@cda/standalone/installation.ts';
import { users } from '../../subgraphs/users/src/index.ts';
import { type BenchGroup, type Measurement, measured } from '../measurement.ts';
import { fillCustomers } from '../users/fill-customers.ts';

const customers = Number(process.env['BENCH_CUSTOMERS'] ?? 1_000_000);
const fitted = ['users.segmentation', 'users.churn', 'users.lifetime-value'] as const;
const goal = { seconds: 60, megabytes: 2048 };
const run = promisify(execFile);

interface Fit {
  status: string;
  message?: string;
  seconds: number;
  idleMb: number;
  peakMb: number;
}

/** Fits twice: the second fit also has the scores of the first to take away. */
async function* measureModel(model: string, databaseUrl: string, jobsUrl: string): AsyncGenerator<Measurement> {
  const fitOnce = async (): Promise<Fit> => {
    const program = join(import.meta.dirname, '../users/fit-process.ts');
    const { stdout } = await run(process.execPath, [program, databaseUrl, jobsUrl, model]);
    const result = JSON.parse(stdout) as Fit;
    if (result.status !== 'SUCCEEDED') throw new Error(`${model} ended as ${result.status}: ${result.message}`);
    return result;
  };
  const first = await fitOnce();
  const again = await fitOnce();
  const name = `${model}, ${customers.toLocaleString('en-US')} customers`;
  yield measured(
    `${name}, features → fit → scores written, again`,
    [again.seconds, 's'],
    ['the first time', first.seconds],
    {
      text: `≤ ${goal.seconds} s`,
      met: (value) => value <= goal.seconds,
    },
  );
  yield measured(
    `${name}, most memory of the fitting process`,
    [again.peakMb, 'MB'],
    ['before the fit', again.idleMb],
    {
      text: `≤ ${goal.megabytes} MB`,
      met: (value) => value <= goal.megabytes,
    },
  );
}

/** The customer models over very many customers, by the job that fits them. */
export const usersScaleGroup: BenchGroup = {
  name: 'users-scale',
  about: 'segments, churn and lifetime value of a million customers: time and memory of the job (minutes)',
  async *run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'cda-bench-'));
    await using open = new AsyncDisposableStack();
    open.defer(async () => {
      await removeInstallation({ dataDir });
      await rm(dataDir, { recursive: true, force: true });
    });
    await prepareInstallationFolder(dataDir);
    const { internalSecret } = await loadSecrets({ dataDir, env: {} });
    const { adminUrl } = open.use(await openInstallation({ dataDir }));
    await migratePlatform(adminUrl, internalSecret);
    const databaseUrl = roleUrl(adminUrl, internalSecret, 'cda_users');
    // Migrates its schema.
    await (await startSubgraph(users, { databaseUrl, internalSecret, log: silentLog, follow: false }))[
      Symbol.asyncDispose
    ]();
    const db = open.adopt(createPool(databaseUrl, { name: 'bench', statementTimeoutMs: 0 }), (pool) => pool.end());
    await fillCustomers(db, customers);
    for (const model of fitted) yield* measureModel(model, databaseUrl, roleUrl(adminUrl, internalSecret, 'cda_jobs'));
  },
};
