import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Example, ExampleIds, examples } from '../../web/src/playground/examples.ts';
import { smallDemoShop } from '../demo-template.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

/** The role with the fewest rights of those whom the examples are for; developers begin with a key that only reads. */
const roles: Record<Example['reader'], Role> = { analyst: 'ANALYST', marketer: 'MARKETER', developer: 'VIEWER' };

let graph: OpenGraph;
let ids: Record<string, string>;
const tokenOf = async (role: Role) =>
  (await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role })).token;

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  const { data } = await ask(graph.gateway.url, ExampleIds, { token: await tokenOf('VIEWER') });
  const found = data as Record<'customers' | 'products', { edges: { node: { id: string } }[] }>;
  ids = { customer: found.customers.edges[0]!.node.id, product: found.products.edges[0]!.node.id };
}, 300_000);
afterAll(() => graph[Symbol.asyncDispose]());

test.each(examples.filter(({ query }) => !query.startsWith('subscription')))(
  '$name is answered to the $reader whom it is for',
  async ({ query, needs = [], reader }) => {
    const token = await tokenOf(roles[reader]);
    const variables = Object.fromEntries(needs.map((name) => [name, ids[name]]));
    const { data, errors } = await ask(graph.gateway.url, query, { token, variables });
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {})).not.toContain(null);
  },
);
