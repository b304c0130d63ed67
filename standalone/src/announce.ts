import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StartOptions } from './start-options.ts';

/** What is there to be opened when everything runs. */
export interface Ready {
  /** Address of the page and of the graph, without a path. */
  url: string;
  /** What stands in the shop, in words. */
  shop: string;
  bot: string;
  /** Where the logs are, in words. */
  logs: string;
  /** A fresh link that signs the administrator in, once. */
  signInLink(): Promise<string>;
}

/** Says that everything runs, with links that work, and opens the page where a desktop is at hand. */
export async function announce(
  ready: Ready,
  options: Pick<StartOptions, 'json' | 'open'>,
  durationMs: number,
): Promise<void> {
  const { url, shop, bot, logs } = ready;
  const links = {
    dashboard: await ready.signInLink(),
    playground: `${url}/graphiql`,
    graph: `${url}/graphql`,
    health: `${url}/health/ready`,
  };
  if (options.json) {
    console.log(JSON.stringify({ event: 'ready', url, links, shop, bot, logs, durationMs: Math.round(durationMs) }));
    return;
  }
  console.log(
    [
      '',
      `Customer Data Analytics is ready (${(durationMs / 1000).toFixed(1)} s), with ${shop}.`,
      '',
      `  Dashboard    ${links.dashboard}   (signs you in as the administrator, once)`,
      `  Playground   ${links.playground}`,
      `  Graph        ${links.graph}   (a token for scripts: npm run token)`,
      `  Health       ${links.health}`,
      `  Bot          ${bot}`,
      `  Logs         ${logs}`,
      '',
      'Ctrl-C stops everything; all data is kept.',
    ].join('\n'),
  );
  if (!process.stdout.isTTY || !process.stdin.isTTY) return;
  if (options.open) openBrowser(links.dashboard);
  console.log('Enter prints another sign-in link.');
  const lines = createInterface({ input: process.stdin });
  // Raw terminals are never asked for: Ctrl-C stays a signal, heeded where all signals are.
  lines.on('line', async () => {
    const link = await ready.signInLink().catch((error: Error) => `No link now: ${error.message}`);
    console.log(`  Dashboard    ${link}`);
  });
}

function openBrowser(link: string): void {
  const [command, ...args] = opener(link);
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}

function opener(link: string): string[] {
  if (process.platform === 'darwin') return ['open', link];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', link];
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open', link] : [];
}
