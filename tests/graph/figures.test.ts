import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import { registry } from '@cda/platform/telemetry/metrics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { openSmallGraph } from '../gateway/small-graph.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
let token: string;
beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  token = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
}, 300_000);
afterAll(() => graph[Symbol.asyncDispose]());

/** Values of one figure as `/metrics` prints them, by their labels. */
async function figure(name: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${graph.gateway.url}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
  return new Map([...lines].map(([, labels = '', value]) => [labels, Number(value)]));
}

test('an operation is counted under its name, by how it ended, with its plan, its documents and the calls of subgraphs', async () => {
  const query =
    'query FiguresOfTest { customers(first: 3) { edges { node { churn { probability } lifetimeValue { value { amountMinor } } } } } }';
  const before = await figure('cda_model_answers_total');
  for (let i = 0; i < 3; i++) expect((await ask(graph.gateway.url, query, { token })).errors).toBeUndefined();
  await ask(graph.gateway.url, '{ nothingOfTheKind }', { token });
  expect((await figure('cda_operation_seconds_count')).get('operation="FiguresOfTest"')).toBe(3);
  expect((await figure('cda_graphql_errors_total')).get('code="GRAPHQL_VALIDATION_FAILED"')).toBeGreaterThan(0);
  expect((await figure('cda_plan_cache_total')).get('outcome="hit"')).toBeGreaterThan(1);
  expect((await figure('cda_document_cache_total')).get('outcome="hit"')).toBeGreaterThan(1);
  expect((await figure('cda_subgraph_fetch_seconds_count')).get('subgraph="users",outcome="ok"')).toBeGreaterThan(2);
  const churn = 'subgraph="users",answer="Churn"';
  expect(((await figure('cda_model_answers_total')).get(churn) ?? 0) - (before.get(churn) ?? 0)).toBe(9);
});

test('pools, jobs, models and projections are measured when somebody looks', async () => {
  const pools = await figure('cda_pool_connections');
  for (const pool of ['users', 'users-background', 'users-entities', 'jobs']) {
    for (const state of ['busy', 'idle', 'waiting'])
      expect([...pools.keys()]).toContain(`pool="${pool}",state="${state}"`);
  }
  await ask(graph.gateway.url, 'mutation { trainModel(name: "users.churn") { __typename } }', { token });
  expect([...(await figure('cda_jobs')).keys()].join()).toMatch(/task="train:users",state="(ready|running)"/);
  expect([...(await figure('cda_training_runs')).keys()].join()).toContain('model="users.churn"');
  for (const [model, age] of await figure('cda_model_age_seconds')) expect([model, age >= 0]).toEqual([model, true]);
  expect((await figure('cda_nodejs_eventloop_lag_p99_seconds')).size).toBe(1);
});

test('names that somebody makes up do not fill the memory', async () => {
  for (let i = 0; i < 130; i++) await ask(graph.gateway.url, `query MadeUp${i} { shop { currency } }`, { token });
  const names = [...(await figure('cda_operation_seconds_count')).keys()];
  expect(names.length).toBeLessThanOrEqual(102);
  expect(names).toContain('operation="other"');
});

test('a figure that cannot be measured is left out, and all others are told', async () => {
  await using broken = await openGraph();
  // Its database goes away under it; the pool's own figure stays.
  await broken[Symbol.asyncDispose]();
  const text = await registry.metrics();
  expect(text).not.toMatch(/^cda_jobs\{/m);
  expect(text).toContain('cda_graphql_request_seconds');
});

test('what is slow is named in the log, with who asked and what it cost', async () => {
  const lines: [Record<string, unknown>, string][] = [];
  const log = {
    ...silentLog,
    warn: (fields: Record<string, unknown>, text: string) => lines.push([fields, text]),
    child: () => log,
  } as unknown as Log;
  await using small = await openSmallGraph({ gateway: { log } });
  small.subgraphs.analytics.instead = () =>
    new Promise((resolve) => setTimeout(() => resolve({ data: { orders: 1 } }), 1_100));
  await ask(small.gateway.url, 'query SlowOne { orders }', { token: await small.token('VIEWER') });
  expect(lines).toContainEqual([
    expect.objectContaining({ operation: 'SlowOne', subject: 'operator:VIEWER', requestId: expect.any(String) }),
    'a slow operation',
  ]);
});
