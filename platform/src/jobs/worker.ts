import { Logger, run } from 'graphile-worker';
import type { Pool } from 'pg';
import { createPool } from '../database/pool.ts';
import type { SubgraphName } from '../graph/type-defs.ts';
import type { ModelDefinition } from '../models/define-model.ts';
import { createEstimatorPool } from '../models/estimator-pool.ts';
import { fullName, trainModel } from '../models/train.ts';
import type { Log } from '../telemetry/log.ts';
import { measureJobs } from './figures.ts';
import { type TrainJob, trainTask } from './queue.ts';

/** A subgraph's models with the pool that they read and write by. */
export interface ModelOwner {
  subgraph: SubgraphName;
  models: readonly ModelDefinition[];
  /** Pool of the subgraph's own role, without statement timeout. */
  db: Pool;
}

/** Something that is done by schedule besides fits. */
export interface ScheduledTask {
  /** Name of its job. */
  name: string;
  /** When, as a cron pattern in UTC. */
  schedule: string;
  /** Does it; the signal ends it when the worker stops. It is tried again later where it throws. */
  run(signal: AbortSignal): Promise<void>;
}

export interface WorkerOptions {
  /** Login of `cda_jobs`. */
  jobsUrl: string;
  owners: readonly ModelOwner[];
  log: Log;
  /** Fits at the same time. */
  concurrency?: number;
  /** When all models are fitted anew, as a cron pattern in UTC. */
  schedule?: string;
  tasks?: readonly ScheduledTask[];
}

export interface JobWorker extends AsyncDisposable {
  /** Resolves when the worker has stopped for a reason of its own. */
  stopped: Promise<void>;
}

const nightly = '30 2 * * *';

/** Takes queued fits and runs them in worker threads; fits every model anew by schedule. */
export async function startWorker(options: WorkerOptions): Promise<JobWorker> {
  const { owners, log } = options;
  const pool = createPool(options.jobsUrl, { name: 'jobs', max: 5, statementTimeoutMs: 0 });
  const estimators = createEstimatorPool(options.concurrency ?? 2);
  const stopping = new AbortController();
  const trainTasks = owners.map(({ subgraph, models, db }) => [
    trainTask(subgraph),
    async (payload: unknown): Promise<void> => {
      const { runId, model: name } = payload as TrainJob;
      const model = models.find((candidate) => fullName(subgraph, candidate) === name);
      if (!model) throw new Error(`There is no model ${name}.`);
      await trainModel({ subgraph, model, db, estimators, log, runId, signal: stopping.signal });
    },
  ]);
  await pool.query('SELECT registry.recover_jobs()');
  const runner = await run({
    pgPool: pool,
    concurrency: options.concurrency ?? 2,
    noHandleSignals: true,
    pollInterval: 2_000,
    logger: quietLogger(log),
    crontab: [
      `${options.schedule ?? nightly} retrain ?fill=1d`,
      ...(options.tasks ?? []).map(({ name, schedule }) => `${schedule} ${name} ?fill=12h&max=5`),
    ].join('\n'),
    taskList: {
      ...Object.fromEntries(trainTasks),
      ...Object.fromEntries((options.tasks ?? []).map(({ name, run }) => [name, () => run(stopping.signal)])),
      retrain: async () => {
        for (const { subgraph, models } of owners) {
          for (const model of models)
            await pool.query('SELECT registry.enqueue_training($1)', [fullName(subgraph, model)]);
        }
      },
    },
  });
  if (owners[0]) measureJobs(pool, owners[0].db);
  return {
    stopped: runner.promise,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await runner.stop().catch(() => {});
      await estimators[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}

/** graphile-worker's own log at the level that an operator needs: faults and warnings. */
const quietLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error') log.error({}, message);
    else if (level === 'warning') log.warn({}, message);
  });
