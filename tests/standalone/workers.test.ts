import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let token: string;
let gateway: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cda-workers-'));
  const secrets = await loadSecrets({ dataDir: folder, env: {} });
  ({ token } = await issueAccessToken(secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' }));
  // Nobody serves the subgraphs: what is asked here needs none.
  const away = 'http://127.0.0.1:9/graphql';
  gateway = spawn(process.execPath, [join(root, 'standalone/src/part.ts'), 'gateway'], {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      DRAIN_MS: '200',
      WORKERS: '2',
      USERS_URL: away,
      PRODUCTS_URL: away,
      RECOMMENDATIONS_URL: away,
      ANALYTICS_URL: away,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(gateway, 'message')) as [{ port: number }];
  url = `http://127.0.0.1:${port}`;
}, 60_000);
afterAll(async () => {
  gateway?.kill('SIGKILL');
  if (folder) await rm(folder, { recursive: true });
});

/** Asks over a connection of its own, so that the workers take turns. */
async function askAnew(path: string, body?: string, withinMs = 20_000): Promise<{ status: number; text: string }> {
  const agent = new Agent({ pipelining: 0 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection: 'close' };
  try {
    const answer = await fetch(`${url}${path}`, {
      dispatcher: agent,
      signal: AbortSignal.timeout(withinMs),
      ...(body === undefined ? {} : { method: 'POST', headers, body }),
    });
    return { status: answer.status, text: await answer.text() };
  } finally {
    await agent.destroy();
  }
}
const askGraph = () => askAnew('/graphql', '{"query":"{ __typename }"}');

/** Requests that each worker answered, as the figures of all tell it. */
async function answeredBy(): Promise<Record<string, number>> {
  const { text } = await askAnew('/metrics');
  const counts: Record<string, number> = {};
  for (const [, labels = '', value] of text.matchAll(/^cda_graphql_request_seconds_count\{([^}]*)\} (\d+)$/gm)) {
    counts[/worker="(\w+)"/.exec(labels)?.[1] ?? 'none'] = Number(value);
  }
  return counts;
}

const pids = (): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(gateway.pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);

test('workers share one address, and figures tell who did what', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, askGraph));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const counts = await answeredBy();
  expect(Object.keys(counts).sort()).toEqual(['1', '2']);
  expect((counts['1'] ?? 0) + (counts['2'] ?? 0)).toBe(20);
}, 30_000);

test('one that is killed is started again, and the other goes on meanwhile', async () => {
  const before = pids();
  expect(before).toHaveLength(2);
  process.kill(before[0] as number, 'SIGKILL');
  // A connection that was being dealt to it at that moment may be lost with it, so nobody waits for one for ever.
  const asked = () => askAnew('/graphql', '{"query":"{ __typename }"}', 1_000).catch(() => ({ status: 0 }));
  await expect.poll(async () => (await asked()).status, { timeout: 10_000 }).toBe(200);
  await expect.poll(() => pids().filter((pid) => !before.includes(pid)).length, { timeout: 20_000 }).toBe(1);
  await expect
    .poll(
      async () => {
        // Two, or each worker would always be asked for the same: turns go on with the question for figures.
        await askGraph();
        await askGraph();
        return Object.keys(await answeredBy()).sort();
      },
      { timeout: 30_000 },
    )
    .toEqual(['1', '2']);
}, 60_000);

test('a stop ends all of them, and what is under way is answered', async () => {
  const workers = pids();
  const underWay = Array.from({ length: 10 }, askGraph);
  await Promise.all(underWay.slice(0, 1));
  gateway.kill('SIGTERM');
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual(Array(10).fill(200));
  const [code] = (await once(gateway, 'exit')) as [number];
  expect(code).toBe(0);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}, 30_000);
