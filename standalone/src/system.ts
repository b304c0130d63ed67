import type { AccessKeys } from '@cda/platform/auth/secrets.ts';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { type ScheduledTask, startWorker } from '@cda/platform/jobs/worker.ts';
import { fullName } from '@cda/platform/models/train.ts';
import { type RunningSubgraph, startSubgraph } from '@cda/platform/service/subgraph.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { subgraphDefinitions } from './subgraphs.ts';
import { type TrainingProgress, type TrainingWait, trainAndWait } from './training.ts';

export interface SystemOptions {
  /** Login that may create roles and schemas. */
  adminUrl: string;
  /** The installation's secret: roles' passwords and internal identities derive from it. */
  internalSecret: string;
  /** Keys of access tokens; without them nobody can sign in. */
  access?: AccessKeys;
  log: Log;
  /** Fits at the same time. */
  trainingThreads?: number;
  /** What is done by schedule besides fits, made from the logins of the subgraphs. */
  tasks?: (urlOf: (subgraph: SubgraphName) => string) => readonly ScheduledTask[];
  /** Whether projections follow the log by themselves; a command that catches up when it is done need not pay for it meanwhile. */
  follow?: boolean;
  /** Only answers: another process migrates, follows the log and fits. */
  serveOnly?: boolean;
}

/** The four subgraphs and the job worker in this process, over one database. */
export interface System extends AsyncDisposable {
  subgraphs: Readonly<Record<SubgraphName, RunningSubgraph>>;
  /** Full names of all models. */
  models: readonly string[];
  /** Logins by role, for tools that write events or read tables. */
  roleUrl(subgraph: SubgraphName): string;
  /** Folds everything that is in the log into every projection. */
  catchUp(progress?: (done: number, of: number) => void): Promise<void>;
  /** Queues a fit of each model named (all by default) and waits until each has ended. */
  train(options?: TrainingWait & { models?: readonly string[] }): Promise<readonly TrainingProgress[]>;
}

/** Migrates the database and brings the system up, without the gateway. Disposing stops everything in order. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { adminUrl, internalSecret, access, log } = options;
  const urlOf = (subgraph: SubgraphName): string => roleUrl(adminUrl, internalSecret, `cda_${subgraph}`);
  if (!options.serveOnly) await migratePlatform(adminUrl, internalSecret);

  await using opening = new AsyncDisposableStack();
  const started = await Promise.all(
    subgraphNames.map(async (name) => {
      const definition = subgraphDefinitions[name];
      return opening.use(
        await startSubgraph(definition, {
          databaseUrl: urlOf(name),
          internalSecret,
          // Only where people sign in; the others have no use for a key that makes tokens.
          ...(name === 'users' && access ? { access } : {}),
          log,
          follow: false,
        }),
      );
    }),
  );
  const subgraphs = Object.fromEntries(started.map((subgraph) => [subgraph.name, subgraph])) as System['subgraphs'];
  if (!options.serveOnly) {
    opening.use(
      await startWorker({
        jobsUrl: roleUrl(adminUrl, internalSecret, 'cda_jobs'),
        owners: started.map((subgraph) => subgraph.modelOwner),
        log,
        ...(options.trainingThreads ? { concurrency: options.trainingThreads } : {}),
        ...(options.tasks ? { tasks: options.tasks(urlOf) } : {}),
      }),
    );
  }
  const jobs = opening.adopt(
    createPool(roleUrl(adminUrl, internalSecret, 'cda_jobs'), { name: 'system', max: 2 }),
    (pool) => pool.end(),
  );
  if (options.follow ?? !options.serveOnly) for (const subgraph of started) subgraph.projector.follow();

  const models = subgraphNames.flatMap((name) =>
    subgraphDefinitions[name].models.map((model) => fullName(name, model)),
  );
  const open = opening.move();
  return {
    subgraphs,
    models,
    roleUrl: urlOf,
    catchUp: async (progress) => {
      const parts = started.map(() => ({ done: 0, of: 0 }));
      await Promise.all(
        started.map((subgraph, i) =>
          subgraph.projector.catchUp((done, of) => {
            parts[i] = { done, of };
            progress?.(
              parts.reduce((sum, part) => sum + part.done, 0),
              parts.reduce((sum, part) => sum + part.of, 0),
            );
          }),
        ),
      );
    },
    train: ({ models: wanted = models, ...wait } = {}) => trainAndWait(jobs, wanted, wait),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
