import { execFile, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

const run = promisify(execFile);
const folder = resolve(import.meta.dirname, '../../examples');
/** Whether a program is on this machine; an example whose language is not there is skipped. */
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

let graph: OpenGraph;
let token: string;
beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  token = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
}, 300_000);
afterAll(() => graph[Symbol.asyncDispose]());

const example = async (program: string, file: string, secret = token): Promise<string> => {
  const env = { ...process.env, GRAPH_URL: `${graph.gateway.url}/graphql`, TOKEN: secret };
  return (await run(program, [resolve(folder, file)], { env })).stdout;
};

test.skipIf(!has('curl'))('curl: figures beside those of the period before', async () => {
  const { data } = JSON.parse(await example('sh', 'figures.sh'));
  expect(data.metrics.revenue.amountMinor).toBeGreaterThan(0);
  expect(data.metrics.comparison.orders).toBeGreaterThan(0);
});

test('JavaScript: every customer once, page by page', async () => {
  const customers = (await example(process.execPath, 'customers.mjs'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const count = await ask(graph.gateway.url, '{ customers { totalCount } }', { token });
  expect(customers).toHaveLength(field<{ totalCount: number }>(count, 'customers').totalCount);
  expect(new Set(customers.map(({ externalId }) => externalId)).size).toBe(customers.length);
});

test('graphql-request: segments that hold everybody once, and an error by its code', async () => {
  const lines = (await example(process.execPath, 'segments.mjs')).trim().split('\n');
  const shares = lines.map((line) => Number.parseFloat(line.split('\t')[2] ?? ''));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await expect(example(process.execPath, 'segments.mjs', 'no-token')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^UNAUTHENTICATED: .* \(request [\w-]+\)/),
  });
});

test('urql: three products with a reason for each of five customers', async () => {
  const lines = (await example(process.execPath, 'recommendations.mjs')).trim().split('\n');
  expect(new Set(lines.map((line) => line.split('\t')[0])).size).toBe(5);
  for (const line of lines) expect(line).toMatch(/^\S+\t\S.*\t\S/);
});

test.skipIf(!has('python3'))('Python: who is likely to leave, with the reason', async () => {
  const lines = (await example('python3', 'churn.py')).trim().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line).toMatch(/^\S+\t[01]\.\d\d\t\S/);
});

test('events: stored once, however often they are sent', async () => {
  const create = 'mutation { createApiKey(input: { name: "shop", kind: WRITE }) { ... on CreatedApiKey { secret } } }';
  const { secret } = field<{ secret: string }>(await ask(graph.gateway.url, create, { token }), 'createApiKey');
  expect(JSON.parse(await example(process.execPath, 'send-events.mjs', secret))).toMatchObject({
    accepted: 2,
    duplicates: 0,
    rejected: 0,
  });
  expect(JSON.parse(await example(process.execPath, 'send-events.mjs', secret))).toMatchObject({
    accepted: 0,
    duplicates: 2,
    rejected: 0,
  });
});

test('live results: figures that move, and events gone on with after the last that was seen', async () => {
  const env = { ...process.env, GRAPH_URL: `${graph.gateway.url}/graphql`, TOKEN: token };
  const follow = (file: string, more: Record<string, string>) =>
    run(process.execPath, [resolve(folder, file)], { env: { ...env, ...more } });
  const lines = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const figures = follow('live-figures.mjs', { RESULTS: '2' });
  const latest = await ask(graph.gateway.url, '{ events(first: 1) { edges { node { seq } } } }', { token });
  const { seq } = field<{ edges: { node: { seq: number } }[] }>(latest, 'events').edges[0]?.node ?? { seq: 0 };
  const events = follow('live-events.mjs', { RESULTS: '3', AFTER: String(seq) });
  const track = `mutation ($id: String!) { trackEvents(input: [{ event: "Order Completed", messageId: $id, userId: "live", properties:
    { order_id: $id, currency: "EUR", products: [{ product_id: "P0001", price: 5, quantity: 1 }] } }]) { __typename } }`;
  let done = false;
  const both = Promise.all([figures, events]).finally(() => {
    done = true;
  });
  const ids: string[] = [];
  while (!done) {
    const id = `live-${String(ids.length).padStart(3, '0')}`;
    ids.push(id);
    await ask(graph.gateway.url, track, { token, variables: { id } });
    await new Promise((after) => setTimeout(after, 200));
  }
  const [moved, came] = await both;
  const [before, after] = lines(moved.stdout);
  expect(after.orders).toBeGreaterThan(before.orders);
  expect(lines(came.stdout).map(({ messageId }) => messageId)).toEqual(ids.slice(0, 3));
}, 60_000);
