import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { createPool } from '@cda/platform/database/pool.ts';
import { createLog, type Log } from '@cda/platform/telemetry/log.ts';
import { startTracing } from '@cda/platform/telemetry/tracing.ts';
import type { Ready } from './announce.ts';
import { beginAnew } from './begin-anew.ts';
import { beginBot } from './bot-at-start.ts';
import { provideFirstData, trainFirstModels } from './first-data.ts';
import { systemHealth } from './health.ts';
import { installationSecrets, openInstallation, prepareInstallationFolder } from './installation.ts';
import { listTask } from './list-schedule.ts';
import { readOidcSettings } from './oidc-settings.ts';
import { readOperationPolicy } from './operation-policy.ts';
import { toResponseCache } from './response-cache.ts';
import { issueSignInLink } from './sign-in-link.ts';
import { readSiteSettings } from './site-settings.ts';
import type { StartOptions } from './start-options.ts';
import type { Steps } from './steps.ts';
import { type System, startSystem } from './system.ts';
import type { ServingOrder } from './workers/serving-order.ts';
import { startWorkers, type Workers } from './workers/start-workers.ts';

const root = resolve(import.meta.dirname, '../..');

/** The whole product at work, as `npm start` runs it. Disposing stops web and bot, the gateway, the subgraphs, the database, in this order. */
export interface Product extends Ready, AsyncDisposable {
  system: System;
  /** Login of the database's owner. */
  adminUrl: string;
  log: Log;
}

/** The processes that serve, where there are several; this one then keeps the database, the projections, the fits and the bot. */
function startServing(
  { workers, ...options }: StartOptions,
  adminUrl: string,
  logFolder: string,
  line: (text: string) => void,
): Promise<Workers> {
  const { dataDir, port, host, production, logLevel, redisUrl, responseCacheMb } = options;
  const served = { dataDir, port, host, production, logLevel, redisUrl, responseCacheMb };
  const order: ServingOrder = { adminUrl, logFolder, ...served };
  return startWorkers({
    count: workers,
    program: join(root, 'standalone/src/workers/serve.ts'),
    args: [],
    env: { CDA_SERVE: JSON.stringify(order) },
    line,
  });
}

/**
 * Starts everything in one process and one data folder: database, subgraphs, demo shop, models, gateway, page, bot. Each
 * step is shown; `signal` ends the start between and within steps, and what was started until then is stopped again.
 */
export async function startProduct(options: StartOptions, steps: Steps, signal: AbortSignal): Promise<Product> {
  const { dataDir, databaseUrl, production } = options;
  // First of all: whoever mistyped a setting does not wait for the shop, nor loses one to `--fresh`.
  const oidc = readOidcSettings(process.env);
  const operations = await readOperationPolicy(process.env);
  const site = readSiteSettings(process.env);
  await prepareInstallationFolder(dataDir);
  await using opening = new AsyncDisposableStack();
  const tell = (line: string) => steps.say(`  ${line}`);

  if (options.fresh) {
    await steps.run('Removing the old data', () => beginAnew(options));
  }
  const secrets = await installationSecrets(dataDir, production);
  const logFolder = join(dataDir, 'logs');
  const log = createLog({ service: 'cda', folder: logFolder, level: options.logLevel });
  opening.defer(() => new Promise<void>((done) => log.flush(() => done())));
  opening.use(await startTracing({ service: 'cda', env: process.env, log }));
  signal.throwIfAborted();

  const installation = await steps.run('PostgreSQL', async (step) => {
    const opened = opening.use(await openInstallation({ dataDir, databaseUrl, log: tell }));
    const { server, version, port, created, reused } = opened.database;
    const how = server === 'own' ? 'DATABASE_URL' : reused ? 'taken over' : created ? 'new' : 'with its data';
    step.note(`${version} on port ${port}, ${how}`);
    return opened;
  });
  const { adminUrl } = installation;
  signal.throwIfAborted();

  const system = await steps.run('Subgraphs', async (step) => {
    const started = opening.use(
      await startSystem({
        adminUrl,
        internalSecret: secrets.internalSecret,
        access: secrets.access,
        log,
        trainingThreads: options.trainingThreads,
        tasks: (urlOf) => [listTask(process.env, urlOf('recommendations'), log)].filter((task) => task !== undefined),
      }),
    );
    step.note(`${Object.keys(started.subgraphs).length} with ${started.models.length} models`);
    return started;
  });
  signal.throwIfAborted();

  const shop = await provideFirstData({ options, steps, adminUrl, writerUrl: system.roleUrl('analytics'), signal });
  await steps.run('Projections', async (step) => {
    await system.catchUp((done, of) => {
      signal.throwIfAborted();
      step.progress(done, of, 'events');
    });
    step.note('up to date with the log');
  });
  signal.throwIfAborted();
  if (!shop.empty) {
    await trainFirstModels({
      models: system.models,
      readerUrl: system.roleUrl('analytics'),
      train: (models, wait) => system.train({ models, ...wait }),
      steps,
      signal,
    });
  }

  const registry = opening.adopt(createPool(system.roleUrl('analytics'), { name: 'health', max: 1 }), (pool) =>
    pool.end(),
  );
  const webRoot = join(root, 'web/dist');
  const botState = { health: async () => 'off' as string };
  const gateway = await steps.run('Gateway and page', async (step) => {
    if (!existsSync(join(webRoot, 'index.html'))) step.note('the page is not built, the graph only');
    if (options.workers > 1) {
      const workers = opening.use(await startServing(options, adminUrl, logFolder, (text) => log.warn(text)));
      const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${workers.port}`;
      step.note(`${url}, ${options.workers} workers`);
      return { url };
    }
    const started = await startGateway({
      port: options.port,
      host: options.host,
      supergraphPath: join(root, 'schema/supergraph.graphql'),
      subgraphs: system.subgraphs,
      secrets,
      ...(existsSync(webRoot) ? { webRoot } : {}),
      production,
      ...(operations ? { operations } : {}),
      ...(oidc ? { oidc } : {}),
      ...site,
      log,
      redisUrl: options.redisUrl,
      ...toResponseCache(options.responseCacheMb),
      health: systemHealth(system, registry, () => botState.health()),
    });
    opening.use(started);
    step.note(started.url);
    return started;
  });
  signal.throwIfAborted();

  const signInLink = () => issueSignInLink(system.roleUrl('users'), gateway.url);
  const bot = await beginBot({ options, steps, url: gateway.url, botKey: secrets.botKey, log, opening, signInLink });
  botState.health = async () => bot.state();
  log.info({ url: gateway.url, shop: shop.words }, 'started');

  const open = opening.move();
  return {
    url: gateway.url,
    system,
    adminUrl,
    log,
    logs: logFolder,
    shop: shop.words,
    bot: bot.words,
    signInLink,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
