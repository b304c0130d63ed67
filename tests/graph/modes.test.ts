import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Gateway, startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { testSecret } from '../system-template.ts';
import { type Answer, ask } from './ask.ts';
import { type OpenGraph, openGraph, supergraphPath } from './open-graph.ts';
import { createRandomQueries } from './random-queries.ts';

const api = buildSchema(readFileSync(resolve(import.meta.dirname, '../../schema/api.graphql'), 'utf8'));
let graph: OpenGraph;
/** Reaches the subgraphs over HTTP. */
let apart: Gateway;
/** The same, with Apollo's own executor: it says what is right. */
let judge: Gateway;
let token: string;
let ids: string[];
const opened = new AsyncDisposableStack();
/** What the gateways wrote into their logs about faults of ours. */
const faults: unknown[] = [];
const log = { ...silentLog, error: (fields: unknown) => faults.push(fields), child: () => log } as unknown as Log;
const unlimited = { rate: { burst: 1e6, perSecond: 1e6 }, log };

beforeAll(async () => {
  graph = opened.use(await openGraph({ template: smallDemoShop, gateway: unlimited }));
  // The wall clock moves between two answers; the latest event does not.
  const admin = createPool(graph.adminUrl, { name: 'test', max: 1 });
  await admin.query("UPDATE events.shop SET clock = 'latest_event'");
  await admin.end();
  const urls = await Promise.all(
    subgraphNames.map(async (name): Promise<[SubgraphName, { url: string }]> => {
      const server = opened.use(
        await serveSubgraph(graph.system.subgraphs[name], {
          port: 0,
          host: '127.0.0.1',
          internalSecret: testSecret,
          log: silentLog,
          drainMs: 0,
        }),
      );
      return [name, { url: server.url }];
    }),
  );
  const start = async (executor: 'own' | 'stock') =>
    opened.use(
      await startGateway({
        port: 0,
        host: '127.0.0.1',
        supergraphPath,
        subgraphs: Object.fromEntries(urls) as Record<SubgraphName, { url: string }>,
        secrets: graph.secrets,
        production: false,
        drainMs: 0,
        executor,
        ...unlimited,
      }),
    );
  [apart, judge] = await Promise.all([start('own'), start('stock')]);
  token = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ANALYST', role: 'ANALYST' })).token;
  const answer = await ask(
    graph.gateway.url,
    '{ customers(first: 3) { edges { node { id } } } products(first: 3) { edges { node { id } } } segments { id } }',
    { token },
  );
  ids = [...JSON.stringify(answer.data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => `"${id}"`);
  expect(ids.length).toBeGreaterThan(5);
}, 300_000);
afterAll(() => opened.disposeAsync());

const comparable = ({ status, data, errors }: Answer) => ({
  status,
  data,
  // In an order that does not depend on which part answered first.
  errors: errors?.map(({ message, path, extensions }) => JSON.stringify([path, extensions?.['code'], message])).sort(),
});

async function expectSame(query: string): Promise<Answer> {
  const right = await ask(judge.url, query, { token });
  for (const { url } of [graph.gateway, apart]) {
    // The first time the own executor learns the plan from stock, the second time it runs it.
    for (let time = 0; time < 2; time++) {
      const answer = await ask(url, query, { token });
      expect([query, comparable(answer)]).toEqual([query, comparable(right)]);
      // The order of keys is part of the answer.
      expect(JSON.stringify(answer.data)).toBe(JSON.stringify(right.data));
    }
  }
  return right;
}

test('one query answers from all four subgraphs, in one process and apart', async () => {
  const { data, errors } = await expectSame(`{
    customers(first: 2, orderBy: { field: REVENUE }) { edges { node {
      id name segment { name reasons { text } }
      churn { probability reasons { text weight } asOf model { version } }
      recommendations(first: 5) { edges { node {
        product { name price { amountMinor currency } elasticity { value low high } } reasons { text } } } }
    } } }
    metrics(range: LAST_28_DAYS) { revenue { amountMinor } }
  }`);
  expect(errors).toBeUndefined();
  const [edge] = (data as { customers: { edges: { node: Record<string, unknown> }[] } }).customers.edges;
  for (const part of ['segment', 'churn', 'recommendations'])
    expect([part, edge?.node[part]]).not.toEqual([part, null]);
});

test('random queries of the whole schema are answered alike, as stock answers them, and none of them is our fault', async () => {
  // Each gateway tells by itself how the parts do, and since when it has seen it so.
  const next = createRandomQueries(api, 7, {
    values: { id: ids },
    pageMost: 3,
    without: ['recommendationId', 'health'],
  });
  let answered = 0;
  for (let i = 0; i < 300; i++) {
    const query = next();
    expect([query, validate(api, parse(query)).map((error) => error.message)]).toEqual([query, []]);
    const { data } = await expectSame(query);
    expect([query, faults]).toEqual([query, []]);
    if (data) answered++;
  }
  expect(answered).toBeGreaterThan(250);
}, 240_000);
