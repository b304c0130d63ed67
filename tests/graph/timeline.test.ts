import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { type Answer, ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
}, 180_000);
afterAll(() => graph?.[Symbol.asyncDispose]());

async function asAnalyst(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ANALYST', role: 'ANALYST' });
  return ask(graph.gateway.url, query, { token, variables });
}

test('the entries of many timelines come as what they are, and their products from the subgraph that knows them', async () => {
  const answer = await asAnalyst(
    `{ customers(first: 5, where: { anonymous: false }, orderBy: { field: ORDER_COUNT }) { edges { node {
         orderCount
         timeline(first: 100, kinds: [ORDER, VISIT]) { pageInfo { hasNextPage } edges { node { __typename at text
           ... on OrderEntry { orderId products(first: 2) { name } }
           ... on VisitEntry { views } } } }
       } } } }`,
  );
  interface Entry {
    __typename: string;
    at: string;
    products?: { name: string }[];
  }
  const { edges } = field<{
    edges: { node: { orderCount: number; timeline: { edges: { node: Entry }[] } } }[];
  }>(answer, 'customers');
  expect(edges).toHaveLength(5);
  for (const { node } of edges) {
    const entries = node.timeline.edges.map((edge) => edge.node);
    const orders = entries.filter(({ __typename }) => __typename === 'OrderEntry');
    expect(orders.length).toBeGreaterThan(0);
    expect(orders.length).toBeLessThanOrEqual(node.orderCount);
    for (const { products } of orders) expect(products!.every(({ name }) => name.length > 0)).toBe(true);
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  }
});
