import './no-telemetry.ts';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { AppError } from '@cda/platform/errors.ts';
import { type Product, startProduct } from './product.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';
import { jsonSteps, plainSteps } from './steps.ts';

/** A terminal's Ctrl-C reaches every process in it, and npm passes it on besides: within this time it is one and the same. */
const oneKeystrokeMs = 700;

const json = process.argv.includes('--json');
// A reader of our lines that went away is no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main();
// Connections of libraries that are kept for later must not keep a stopped process alive.
process.exit();

async function main(): Promise<number> {
  const startedAt = performance.now();
  const stop = stopRequests();
  let product: Product | undefined;
  try {
    const options = readStartOptions(process.argv.slice(2), process.env);
    if ('text' in options) {
      console.log(options.text);
      return 0;
    }
    const steps = options.json ? jsonSteps(process.stdout) : plainSteps(process.stdout);
    product = await startProduct(options, steps, stop.signal);
    await announce(product, options, performance.now() - startedAt);
    const reason = await stop.requested;
    if (!options.json) process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}Stopping (${reason}) …\n`);
    await product[Symbol.asyncDispose]();
    if (options.json) console.log(JSON.stringify({ event: 'stopped', reason }));
    else console.log('Stopped. All data is kept.');
    return 0;
  } catch (error) {
    if (stop.signal.aborted) {
      if (json) console.log(JSON.stringify({ event: 'stopped', reason: 'during the start' }));
      else
        console.log('Stopped during the start. What was made so far is kept, and the next start goes on from there.');
      return 128 + constants.signals.SIGINT;
    }
    explain(error);
    return 1;
  }
}

/** The first request to stop is heeded in order; a later one ends the process at once. */
function stopRequests(): { signal: AbortSignal; requested: Promise<string> } {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  const request = (reason: string) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      controller.abort(new Error(reason));
      resolve(reason);
    } else if (performance.now() - firstAt > oneKeystrokeMs) {
      console.error('Stopped at once. PostgreSQL may still run; the next start takes it over.');
      process.exit(128 + constants.signals.SIGINT);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => request(name));
  // The script that started us holds a channel: its end tells that it was killed.
  if (process.channel) {
    process.on('disconnect', () => request('the starting script ended'));
    process.channel.unref();
  }
  return { signal: controller.signal, requested: promise };
}

async function announce(product: Product, options: StartOptions, durationMs: number): Promise<void> {
  const { url } = product;
  const links = {
    dashboard: await product.signInLink(),
    playground: `${url}/graphiql`,
    graph: `${url}/graphql`,
    health: `${url}/health/ready`,
  };
  if (options.json) {
    console.log(
      JSON.stringify({
        event: 'ready',
        url,
        links,
        shop: product.shop,
        bot: product.bot,
        durationMs: Math.round(durationMs),
      }),
    );
  } else {
    console.log(
      [
        '',
        `Customer Data Analytics is ready (${(durationMs / 1000).toFixed(1)} s), with ${product.shop}.`,
        '',
        `  Dashboard    ${links.dashboard}   (signs you in as the administrator, once)`,
        `  Playground   ${links.playground}`,
        `  Graph        ${links.graph}   (a token for scripts: npm run token)`,
        `  Health       ${links.health}`,
        `  Bot          ${product.bot}`,
        `  Logs         ${product.logFolder}`,
        '',
        'Ctrl-C stops everything; all data is kept.',
      ].join('\n'),
    );
  }
  if (options.open && !options.json && process.stdout.isTTY) openBrowser(await product.signInLink());
}

/** Opens the page where there is a desktop to open it on. */
function openBrowser(link: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', link]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', link]
        : process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
          ? ['xdg-open', link]
          : [];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}

function explain(error: unknown): void {
  const known = error instanceof AppError ? error : undefined;
  const message = known?.message ?? `Something went wrong that this software did not expect: ${String(error)}`;
  const remedy = known?.remedy ?? 'The log in the data folder has more; starting again is safe.';
  if (json) console.log(JSON.stringify({ event: 'error', code: known?.code ?? 'INTERNAL', message, remedy }));
  else console.error(`\n${message}\n${remedy}`);
  if (!known && !json && error instanceof Error) console.error(error.stack);
}
