import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startBot } from '@cda/bot';
import { startGateway } from '@cda/gateway';
import { createPool } from '@cda/platform/database/pool.ts';
import { AppError } from '@cda/platform/errors.ts';
import { createLog, type Log } from '@cda/platform/telemetry/log.ts';
import { fillDemoShop, readShopState } from './demo-data.ts';
import { systemHealth } from './health.ts';
import {
  installationSecrets,
  openInstallation,
  prepareInstallationFolder,
  removeInstallation,
} from './installation.ts';
import { checkPort } from './public-port.ts';
import { issueSignInLink } from './sign-in-link.ts';
import type { StartOptions } from './start-options.ts';
import { formatCount, type Steps } from './steps.ts';
import { type System, startSystem, type TrainingProgress } from './system.ts';

const root = resolve(import.meta.dirname, '../..');

/** The whole product at work, as `npm start` runs it. Disposing stops web and bot, the gateway, the subgraphs, the database, in this order. */
export interface Product extends AsyncDisposable {
  /** Address of the page and of the graph, without a path. */
  url: string;
  system: System;
  /** Login of the database's owner. */
  adminUrl: string;
  log: Log;
  logFolder: string;
  /** What stands in the shop, in words. */
  shop: string;
  /** A fresh link that signs the administrator in, once. */
  signInLink(): Promise<string>;
  /** How the bot is reached, or why it is not there. */
  bot: string;
}

/**
 * Starts everything in one process and one data folder: database, subgraphs, demo shop, models, gateway, page, bot. Each
 * step is shown; `signal` ends the start between and within steps, and what was started until then is stopped again.
 */
export async function startProduct(options: StartOptions, steps: Steps, signal: AbortSignal): Promise<Product> {
  const { dataDir, databaseUrl, production } = options;
  await checkPort(options.port, options.host);
  await prepareInstallationFolder(dataDir);
  await using opening = new AsyncDisposableStack();
  const tell = (line: string) => steps.say(`  ${line}`);

  if (options.fresh) {
    await steps.run('Removing the old data', () => removeInstallation({ dataDir, databaseUrl }));
  }
  const secrets = await installationSecrets(dataDir, production);
  const logFolder = join(dataDir, 'logs');
  const log = createLog({ service: 'cda', folder: logFolder });
  opening.defer(() => new Promise<void>((done) => log.flush(() => done())));
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
      }),
    );
    step.note(`${Object.keys(started.subgraphs).length} with ${started.models.length} models`);
    return started;
  });
  signal.throwIfAborted();

  const shop = await fillShop({ options, steps, system, adminUrl, signal });
  const filled = shop !== emptyShop;
  await steps.run('Projections', async (step) => {
    let events = 0;
    await system.catchUp((done, of) => {
      signal.throwIfAborted();
      events = of;
      step.progress(done, of, 'events');
    });
    step.note(events > 0 ? `${formatCount(events)} events folded in` : 'up to date');
  });
  signal.throwIfAborted();
  if (filled) await trainMissing(system, steps, signal);

  const webRoot = join(root, 'web/dist');
  const botState = { health: async () => 'off' as string };
  const gateway = await steps.run('Gateway and page', async (step) => {
    if (!existsSync(join(webRoot, 'index.html'))) step.note('the page is not built, the graph only');
    const started = await startGateway({
      port: options.port,
      host: options.host,
      supergraphPath: join(root, 'schema/supergraph.graphql'),
      subgraphs: system.subgraphs,
      secrets,
      ...(existsSync(webRoot) ? { webRoot } : {}),
      production,
      log,
      health: systemHealth(system, () => botState.health()),
    });
    opening.use(started);
    step.note(started.url);
    return started;
  });
  signal.throwIfAborted();

  const { bot, state } = await beginBot({ options, steps, url: gateway.url, botKey: secrets.botKey, log, opening });
  botState.health = state;
  log.info({ url: gateway.url, shop }, 'started');

  const open = opening.move();
  return {
    url: gateway.url,
    system,
    adminUrl,
    log,
    logFolder,
    shop,
    bot,
    signInLink: () => issueSignInLink(system, gateway.url),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const emptyShop = 'no data yet';

async function fillShop(given: {
  options: StartOptions;
  steps: Steps;
  system: System;
  adminUrl: string;
  signal: AbortSignal;
}): Promise<string> {
  const { options, steps, system, adminUrl, signal } = given;
  const state = await readShopState(adminUrl);
  if (state.kind === 'real') return 'your own data';
  if (state.kind === 'empty' && !options.demo) {
    steps.say('  The shop is empty. Bring data in with: npm run import -- FILE.csv');
    return emptyShop;
  }
  if (state.kind === 'demo' && state.shop.complete) {
    const { scale, seed } = state.shop;
    if ((options.scale !== 1 && scale !== options.scale) || (options.seed !== 42 && seed !== options.seed)) {
      steps.say(`  The demo shop was made with --scale ${scale} --seed ${seed}. Start with --fresh to make another.`);
    }
    return `the demo shop (scale ${scale}, seed ${seed})`;
  }
  const { seed, scale } = state.kind === 'demo' ? state.shop : options;
  const made = await steps.run('Demo shop', async (step) => {
    const data = await fillDemoShop({
      adminUrl,
      writerUrl: system.roleUrl('analytics'),
      dataDir: options.dataDir,
      seed,
      scale,
      now: new Date(),
      progress: (done, of) => {
        signal.throwIfAborted();
        step.progress(done, of, 'events');
      },
    });
    step.note(
      `${formatCount(data.customers)} customers, ${formatCount(data.products)} products, ${formatCount(data.events)} events`,
    );
    return data;
  });
  return `the demo shop (${formatCount(made.customers)} customers, seed ${seed})`;
}

/** Fits the models that no version exists of: all of them at the first start, none at a restart. */
async function trainMissing(system: System, steps: Steps, signal: AbortSignal): Promise<void> {
  const registry = createPool(system.roleUrl('analytics'), { name: 'start', max: 1 });
  let missing: string[];
  try {
    const { rows } = await registry.query<{ model: string }>('SELECT DISTINCT model FROM registry.model_version');
    missing = system.models.filter((model) => !rows.some((row) => row.model === model));
  } finally {
    await registry.end();
  }
  if (missing.length === 0) return;
  await steps.run('Models', async (step) => {
    const ended = (run: TrainingProgress) => run.status !== 'QUEUED' && run.status !== 'RUNNING';
    const runs = await system.train({
      models: missing,
      signal,
      progress: (states) => step.progress(states.filter(ended).length, missing.length, 'models fitted'),
    });
    const of = (status: TrainingProgress['status']) => runs.filter((run) => run.status === status);
    const failed = of('FAILED');
    step.note(
      [
        `${of('SUCCEEDED').length} fitted`,
        of('NOT_ENOUGH_DATA').length > 0 ? `${of('NOT_ENOUGH_DATA').length} need more data` : '',
        failed.length > 0 ? `${failed.length} failed (${failed.map((run) => run.model).join(', ')}; see the log)` : '',
      ]
        .filter(Boolean)
        .join(', '),
    );
  });
}

async function beginBot(given: {
  options: StartOptions;
  steps: Steps;
  url: string;
  botKey: string;
  log: Log;
  opening: AsyncDisposableStack;
}): Promise<{ bot: string; state: () => Promise<string> }> {
  const { options, steps, url, botKey, log, opening } = given;
  if (options.bot === 'off') {
    return { bot: 'off (set TELEGRAM_BOT_TOKEN, or try it with --bot=simulator)', state: async () => 'off' };
  }
  return await steps.run('Bot', async (step) => {
    const running = await startBot({
      token: options.botToken,
      graphUrl: `${url}/graphql`,
      serviceToken: botKey,
      publicUrl: url,
      log,
    }).catch((cause: Error) => {
      throw new AppError('CONFIG_INVALID', cause.message, 'Get a token from @BotFather in Telegram.', { cause });
    });
    if (running) opening.use(running);
    step.note(running?.isInited() ? `@${running.botInfo.username}` : 'waiting for Telegram');
    return {
      bot: running?.isInited() ? `https://t.me/${running.botInfo.username}` : 'waiting for Telegram',
      state: async () => running?.connection().kind ?? 'off',
    };
  });
}
