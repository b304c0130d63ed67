import { startTelegramSimulator } from '@cda/bot/simulator';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { fullName } from '@cda/platform/models/train.ts';
import type { Ready } from '../announce.ts';
import { beginAnew } from '../begin-anew.ts';
import { simulatedVisitor } from '../bot-at-start.ts';
import { provideFirstData, trainFirstModels } from '../first-data.ts';
import { installationSecrets, openInstallation, prepareInstallationFolder } from '../installation.ts';
import { linkCode } from '../link-code.ts';
import { issueSignInLink } from '../sign-in-link.ts';
import type { StartOptions } from '../start-options.ts';
import { formatCount, type Steps } from '../steps.ts';
import { subgraphDefinitions } from '../subgraphs.ts';
import { trainAndWait } from '../training.ts';
import type { PartName } from './part-config.ts';
import { readableLine } from './readable-line.ts';
import { type SupervisedPart, supervisePart } from './supervised-part.ts';

/** All parts at work, each in its own process. Disposing stops bot and gateway, the worker, the subgraphs, the database. */
export interface Services extends Ready, AsyncDisposable {
  parts: ReadonlyMap<PartName, SupervisedPart>;
  /** Prints what the parts log from now on, each line with its part's name before it. */
  showLogs(): void;
}

/** Starts every part as its own process over one database, as `npm run services` does. */
export async function startServices(options: StartOptions, steps: Steps, signal: AbortSignal): Promise<Services> {
  const { dataDir, databaseUrl } = options;
  await prepareInstallationFolder(dataDir);
  await using opening = new AsyncDisposableStack();
  if (options.fresh) await steps.run('Removing the old data', () => beginAnew(options));
  const { internalSecret } = await installationSecrets(dataDir, options.production);
  signal.throwIfAborted();

  const { adminUrl } = await steps.run('PostgreSQL', async (step) => {
    const opened = opening.use(await openInstallation({ dataDir, databaseUrl, log: (line) => steps.say(`  ${line}`) }));
    step.note(`${opened.database.version} on port ${opened.database.port}`);
    await migratePlatform(opened.adminUrl, internalSecret);
    return opened;
  });
  signal.throwIfAborted();

  let showsLogs = false;
  const parts = new Map<PartName, SupervisedPart>();
  const line = (part: PartName, text: string): void => {
    if (showsLogs || !text.startsWith('{')) steps.say(readableLine(part, text), { part });
  };
  const shared = { DATABASE_URL: adminUrl, DATA_DIR: dataDir, HOST: '127.0.0.1', DRAIN_MS: '300' };
  const start = async (name: PartName, env: Record<string, string>): Promise<SupervisedPart> => {
    const part = await supervisePart({ name, env: { ...shared, ...env }, line, signal });
    parts.set(name, part);
    return part;
  };

  await steps.run('Subgraphs and worker', async (step) => {
    // Set up before the first starts, so that a start that fails half-way stops those that run.
    opening.defer(() => stopAll(parts, [...subgraphNames]));
    opening.defer(() => stopAll(parts, ['worker']));
    const names = [...subgraphNames, 'worker'] as const;
    const started = await Promise.allSettled(
      names.map((name) => start(name, { PORT: '0', TRAINING_THREADS: String(options.trainingThreads) })),
    );
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    step.note(names.map((name) => `${name} ${parts.get(name)!.port}`).join(', '));
  });
  signal.throwIfAborted();

  const urlOf = (name: SubgraphName): string => roleUrl(adminUrl, internalSecret, `cda_${name}`);
  const shop = await provideFirstData({ options, steps, adminUrl, writerUrl: urlOf('analytics'), signal });
  await steps.run('Projections', async (step) => {
    const events = await waitForProjections(adminUrl, signal, (done, of) => step.progress(done, of, 'events'));
    step.note(`${formatCount(events)} events folded in`);
  });
  if (!shop.empty) {
    const jobs = createPool(roleUrl(adminUrl, internalSecret, 'cda_jobs'), { name: 'services', max: 1 });
    await trainFirstModels({
      models: subgraphNames.flatMap((name) => subgraphDefinitions[name].models.map((model) => fullName(name, model))),
      readerUrl: urlOf('analytics'),
      train: (models, wait) => trainAndWait(jobs, models, wait),
      steps,
      signal,
    }).finally(() => jobs.end());
  }

  const gateway = await steps.run('Gateway and page', async (step) => {
    opening.defer(() => stopAll(parts, ['gateway']));
    const graphOf = (name: SubgraphName): string => `http://127.0.0.1:${parts.get(name)!.port}/graphql`;
    const started = await start('gateway', {
      PORT: String(options.port),
      HOST: options.host,
      WORKERS: String(options.workers),
      USERS_URL: graphOf('users'),
      PRODUCTS_URL: graphOf('products'),
      RECOMMENDATIONS_URL: graphOf('recommendations'),
      ANALYTICS_URL: graphOf('analytics'),
    });
    step.note(`port ${started.port}`);
    return started;
  });
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${gateway.port}`;

  const signInLink = () => issueSignInLink(urlOf('users'), url);
  let bot = 'off (set TELEGRAM_BOT_TOKEN, or try it with --bot=simulator)';
  if (options.bot !== 'off') {
    const simulator = options.bot === 'simulator' ? opening.use(await startTelegramSimulator()) : undefined;
    opening.defer(() => stopAll(parts, ['bot']));
    await steps.run('Bot', () =>
      start('bot', {
        PORT: '0',
        GRAPH_URL: `${url}/graphql`,
        PUBLIC_URL: url,
        TELEGRAM_BOT_TOKEN: simulator?.token ?? options.botToken ?? '',
        TELEGRAM_API_ROOT: simulator?.apiRoot ?? '',
      }).then(() => undefined),
    );
    simulator?.person(simulatedVisitor).send(`/start ${await linkCode(await signInLink())}`);
    bot = simulator ? `${simulator.url}   (a simulator: nothing reaches Telegram)` : 'runs';
  }

  const open = opening.move();
  return {
    url,
    parts,
    shop: shop.words,
    bot,
    logs: 'below, each line with its part',
    signInLink,
    showLogs: () => {
      showsLogs = true;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function stopAll(parts: ReadonlyMap<PartName, SupervisedPart>, names: readonly PartName[]): Promise<void> {
  await Promise.all(names.map((name) => parts.get(name)?.[Symbol.asyncDispose]()));
}

async function waitForProjections(
  adminUrl: string,
  signal: AbortSignal,
  progress: (done: number, of: number) => void,
): Promise<number> {
  const pool = createPool(adminUrl, { name: 'services', max: 1 });
  try {
    const { rows: log } = await pool.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events.log');
    const target = log[0]?.seq ?? 0;
    const cursors = subgraphNames.map((name) => `SELECT seq FROM ${name}.projection_cursor`).join(' UNION ALL ');
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await pool.query<{ seq: number | null }>(`SELECT min(seq) AS seq FROM (${cursors}) c`);
      const seq = rows[0]?.seq ?? target;
      progress(Math.min(seq, target), target);
      if (seq >= target) return target;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await pool.end();
  }
}
