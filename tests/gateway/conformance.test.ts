import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

let graph: SmallGraph;
let token: string;
beforeAll(async () => {
  graph = await openSmallGraph();
  token = await graph.token('ADMIN');
});
afterAll(() => graph[Symbol.asyncDispose]());

const signedFetch = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` } });

const audits = serverAudits({ url: () => `${graph.gateway.url}/graphql`, fetchFn: signedFetch });

test('there are 61 audits', () => expect(audits).toHaveLength(61));

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
  const result = await audit.fn();
  expect('reason' in result ? result.reason : 'ok').toBe('ok');
});
