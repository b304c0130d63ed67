import { resolve } from 'node:path';
import { startBot } from '@cda/bot';
import { type HealthPart, startGateway } from '@cda/gateway';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { startWorker } from '@cda/platform/jobs/worker.ts';
import { startSubgraph } from '@cda/platform/service/subgraph.ts';
import { serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { createLog, type Log } from '@cda/platform/telemetry/log.ts';
import { startTracing } from '@cda/platform/telemetry/tracing.ts';
import { z } from 'zod';
import { listTask } from '../list-schedule.ts';
import { readOidcSettings } from '../oidc-settings.ts';
import { readOperationPolicy } from '../operation-policy.ts';
import { toResponseCache } from '../response-cache.ts';
import { readSiteSettings } from '../site-settings.ts';
import { subgraphDefinitions } from '../subgraphs.ts';
import { siblingsOfThisWorker } from '../workers/siblings.ts';
import { startWorkers } from '../workers/start-workers.ts';
import { startHealthServer } from './health-server.ts';
import { type PartName, readPartConfig } from './part-config.ts';

const root = resolve(import.meta.dirname, '../../..');

type Environment = Readonly<Record<string, string | undefined>>;

/** A part that runs. */
export interface RunningPart extends AsyncDisposable {
  /** Port of its graph and health. */
  port: number;
  log: Log;
}

/** Starts one part of the system in this process, configured by environment alone. */
export async function startPart(name: PartName, env: Environment): Promise<RunningPart> {
  if (name === 'gateway') return startGatewayPart(env);
  if (name === 'worker') return startWorkerPart(env);
  if (name === 'bot') return startBotPart(env);
  return startSubgraphPart(name, env);
}

/** @param worker number of the process, where several are the part: no two write into one file */
function logOf(name: PartName, config: { LOG_DIR?: string | undefined; LOG_LEVEL: string }, worker?: string): Log {
  return createLog({
    service: worker === undefined ? name : `${name}-${worker}`,
    level: config.LOG_LEVEL,
    ...(config.LOG_DIR ? { folder: config.LOG_DIR } : {}),
  });
}

function secretsOf(
  config: { DATA_DIR?: string | undefined; NODE_ENV?: string | undefined },
  env: Environment,
): Promise<Secrets> {
  return loadSecrets({
    ...(config.DATA_DIR ? { dataDir: config.DATA_DIR } : {}),
    env,
    production: config.NODE_ENV === 'production',
  });
}

async function startSubgraphPart(name: SubgraphName, env: Environment): Promise<RunningPart> {
  const config = readPartConfig('subgraph', name, env);
  const log = logOf(name, config);
  const { internalSecret, access } = await secretsOf(config, env);
  await migratePlatform(config.DATABASE_URL, internalSecret);
  await using opening = new AsyncDisposableStack();
  opening.use(await startTracing({ service: `cda-${name}`, env, log }));
  const subgraph = opening.use(
    await startSubgraph(subgraphDefinitions[name], {
      databaseUrl: roleUrl(config.DATABASE_URL, internalSecret, `cda_${name}`),
      internalSecret,
      ...(name === 'users' ? { access } : {}),
      log,
    }),
  );
  const server = opening.use(
    await serveSubgraph(subgraph, {
      port: config.PORT,
      host: config.HOST,
      internalSecret,
      log,
      drainMs: config.DRAIN_MS,
    }),
  );
  return running(server.port, log, opening.move());
}

async function startWorkerPart(env: Environment): Promise<RunningPart> {
  const config = readPartConfig('worker', 'worker', env);
  const log = logOf('worker', config);
  const { internalSecret } = await secretsOf(config, env);
  await migratePlatform(config.DATABASE_URL, internalSecret);
  await using opening = new AsyncDisposableStack();
  opening.use(await startTracing({ service: 'cda-worker', env, log }));
  const owners = subgraphNames.map((name) => {
    const url = roleUrl(config.DATABASE_URL, internalSecret, `cda_${name}`);
    const db = opening.adopt(createPool(url, { name: `${name}-models`, max: 4, statementTimeoutMs: 0 }), (pool) =>
      pool.end(),
    );
    return { subgraph: name, models: subgraphDefinitions[name].models, db };
  });
  const task = listTask(env, roleUrl(config.DATABASE_URL, internalSecret, 'cda_recommendations'), log);
  opening.use(
    await startWorker({
      jobsUrl: roleUrl(config.DATABASE_URL, internalSecret, 'cda_jobs'),
      owners,
      log,
      ...(config.TRAINING_THREADS ? { concurrency: config.TRAINING_THREADS } : {}),
      ...(task ? { tasks: [task] } : {}),
    }),
  );
  const health = opening.use(
    await startHealthServer({
      port: config.PORT,
      host: config.HOST,
      ready: async () => {
        await owners[0]?.db.query('SELECT 1');
        return { ok: true, database: true };
      },
    }),
  );
  return running(health.port, log, opening.move());
}

async function startGatewayPart(env: Environment): Promise<RunningPart> {
  const config = readPartConfig('gateway', 'gateway', env);
  const siblings = siblingsOfThisWorker();
  const log = logOf('gateway', config, siblings?.number);
  if (config.WORKERS > 1 && !siblings) return startGatewayWorkers(config, log);
  const urls: Record<SubgraphName, string> = {
    users: config.USERS_URL,
    products: config.PRODUCTS_URL,
    recommendations: config.RECOMMENDATIONS_URL,
    analytics: config.ANALYTICS_URL,
  };
  const oidc = readOidcSettings(env);
  const site = readSiteSettings(env);
  const operations = await readOperationPolicy(env);
  await using opening = new AsyncDisposableStack();
  opening.use(await startTracing({ service: 'cda-gateway', env, log }));
  const gateway = opening.use(
    await startGateway({
      port: config.PORT,
      host: config.HOST,
      supergraphPath: resolve(root, 'schema/supergraph.graphql'),
      subgraphs: Object.fromEntries(subgraphNames.map((name) => [name, { url: urls[name] }])) as Record<
        SubgraphName,
        { url: string }
      >,
      secrets: await secretsOf(config, env),
      webRoot: config.WEB_ROOT ?? resolve(root, 'web/dist'),
      production: config.NODE_ENV === 'production',
      ...(operations ? { operations } : {}),
      ...(oidc ? { oidc } : {}),
      log,
      health: {
        ...Object.fromEntries(subgraphNames.map((name) => [name, () => askReadiness(urls[name])])),
        ...(config.BOT_URL ? { bot: () => askReadiness(config.BOT_URL as string) } : {}),
      },
      ...site,
      ...(siblings ? { siblings } : {}),
      redisUrl: config.REDIS_URL,
      ...toResponseCache(config.RESPONSE_CACHE_MB),
      drainMs: config.DRAIN_MS,
    }),
  );
  return running(gateway.port, log, opening.move());
}

/** Several processes that are this part; the settings of each are those of this one. */
async function startGatewayWorkers(config: { WORKERS: number }, log: Log): Promise<RunningPart> {
  await using opening = new AsyncDisposableStack();
  const workers = opening.use(
    await startWorkers({
      count: config.WORKERS,
      program: resolve(root, 'standalone/src/part.ts'),
      args: ['gateway'],
      env: {},
      line: (text) => log.warn(text),
    }),
  );
  return running(workers.port, log, opening.move());
}

/** The gateway stays in service without one of its subgraphs: their fields answer with a typed error, the rest as ever. */
async function askReadiness(graphUrl: string): Promise<HealthPart> {
  const answer = await fetch(new URL('/health/ready', graphUrl), { signal: AbortSignal.timeout(1_500) })
    .then(async (response) => ({ ok: response.ok, told: readinessShape.safeParse(await response.json()).data }))
    .catch(() => undefined);
  if (!answer) return { status: 'degraded', answers: false };
  const { database, connection, projections = [] } = answer.told ?? {};
  const faults = projections.reduce((sum, projection) => sum + projection.faults, 0);
  return {
    status: answer.ok && faults === 0 ? 'up' : 'degraded',
    ...(database === undefined ? {} : { database }),
    ...(connection === undefined ? {} : { state: connection }),
    ...(projections.length === 0
      ? {}
      : {
          lagEvents: Math.max(...projections.map(({ lag }) => lag)),
          lagSeconds: Math.max(0, ...projections.map(({ lagSeconds }) => lagSeconds)),
          faults,
        }),
  };
}

/** What the gateway takes from the readiness of another part. */
const readinessShape = z.object({
  database: z.boolean().optional(),
  connection: z.string().optional(),
  projections: z.array(z.object({ lag: z.number(), lagSeconds: z.number(), faults: z.number() })).optional(),
});

async function startBotPart(env: Environment): Promise<RunningPart> {
  const config = readPartConfig('bot', 'bot', env);
  const log = logOf('bot', config);
  const botKey = config.BOT_KEY ?? (await secretsOf(config, env)).botKey;
  await using opening = new AsyncDisposableStack();
  opening.use(await startTracing({ service: 'cda-bot', env, log }));
  const bot = await startBot({
    token: config.TELEGRAM_BOT_TOKEN,
    apiRoot: config.TELEGRAM_API_ROOT,
    graphUrl: config.GRAPH_URL,
    serviceToken: botKey,
    publicUrl: config.PUBLIC_URL,
    log,
  }).catch((cause: Error) => {
    throw new AppError('CONFIG_INVALID', cause.message, 'Get a token from @BotFather in Telegram.', { cause });
  });
  if (bot) opening.use(bot);
  const health = opening.use(
    await startHealthServer({
      port: config.PORT,
      host: config.HOST,
      ready: async () => {
        const connection = bot?.connection().kind ?? 'stopped';
        return { ok: connection === 'running', connection };
      },
    }),
  );
  return running(health.port, log, opening.move());
}

function running(port: number, log: Log, open: AsyncDisposableStack): RunningPart {
  return { port, log, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
