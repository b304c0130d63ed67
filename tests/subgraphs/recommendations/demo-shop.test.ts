import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { type DemoSubgraph, openDemoSubgraph } from '../demo-shop-log.ts';

vi.setConfig({ hookTimeout: 300_000 });

interface List {
  pipeline: string;
  edges: { node: { product: { id: string }; score: number; reasons: { code: string; weight: number }[] } }[];
}

let shop: DemoSubgraph;
let outcome: Awaited<ReturnType<DemoSubgraph['train']>>;
beforeAll(async () => {
  shop = await openDemoSubgraph(recommendations, 0.4);
  outcome = await shop.train();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const ask = async <Field extends string>(
  type: string,
  keys: readonly string[],
  field: Field,
  args = '',
): Promise<List[]> => {
  const { _entities } = await shop.ask<{ _entities: Record<Field, List>[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field}${args} {
       pipeline edges { node { product { id } score reasons { code weight } } } } } } }`,
    { of: keys.map((key) => ({ __typename: type, id: toGlobalId(type, key) })) },
  );
  return _entities.map((entity) => entity[field]);
};
const idOf = ({ node }: List['edges'][number]): string =>
  Buffer.from(node.product.id, 'base64url').toString().slice('Product:'.length);

describe('recommendations of the demo shop, whose truth is known', () => {
  test('are served: better than every baseline on a later window', () => {
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', served: true });
    if (outcome.status !== 'SUCCEEDED') return;
    const { metrics, primary } = outcome.trained;
    expect(primary.value).toBeGreaterThan(primary.baseline);
    expect(metrics['new.hybrid.ndcg10']).toBeGreaterThan(2.5 * metrics['new.popular.ndcg10']!);
    expect(metrics['again.hybrid.ndcg10']).toBeGreaterThan(metrics['again.personal.ndcg10']!);
    expect(metrics['new.hybrid.coverage20']).toBeGreaterThan(0.6);
    expect(metrics['new.hybrid.popularityBias10']).toBeLessThan(metrics['new.popular.popularityBias10']!);
  });

  test('come from the two taste clusters of the customer, mostly from the main one', async () => {
    const clusterOf = new Map(shop.truth.products.map(({ productId, tasteCluster }) => [productId, tasteCluster]));
    const customers = shop.truth.customers.filter(({ orders }) => orders >= 2).slice(0, 200);
    let main = 0;
    let side = 0;
    let shown = 0;
    for (let from = 0; from < customers.length; from += 50) {
      const some = customers.slice(from, from + 50);
      const lists = await ask(
        'Customer',
        some.map(({ userId }) => `u:${userId}`),
        'recommendations',
      );
      for (const [i, { tasteCluster, sideTasteCluster }] of some.entries()) {
        for (const edge of lists[i]!.edges) {
          const cluster = clusterOf.get(idOf(edge));
          shown++;
          if (cluster === tasteCluster) main++;
          else if (cluster === sideTasteCluster) side++;
        }
      }
    }
    expect(shown).toBe(customers.length * 10);
    // Of what comes to their mind, 62 % is of the main cluster, 20 % of the side one and 18 % anything: lists are clearer than that.
    expect(main / shown).toBeGreaterThanOrEqual(0.8);
    expect((main + side) / shown).toBeGreaterThanOrEqual(0.9);
  });

  test('to buy again are the planted staples', async () => {
    const customers = shop.truth.customers
      .filter(({ staples, orders, churnedAt }) => staples.length > 0 && orders >= 4 && !churnedAt)
      .slice(0, 100);
    const lists = await ask(
      'Customer',
      customers.map(({ userId }) => `u:${userId}`),
      'recommendations',
      '(placement: BUY_AGAIN, first: 3)',
    );
    let first = 0;
    let withStaple = 0;
    for (const [i, customer] of customers.entries()) {
      const own = new Set(customer.staples.map(({ productId }) => productId));
      const ids = lists[i]!.edges.map(idOf);
      if (own.has(ids[0]!)) first++;
      if (ids.some((id) => own.has(id))) withStaple++;
    }
    expect(first / customers.length).toBeGreaterThanOrEqual(0.5);
    expect(withStaple / customers.length).toBeGreaterThanOrEqual(0.75);
  });

  test('beside a product are its planted complements', async () => {
    const products = shop.truth.products.filter(({ complements }) => complements.length > 0).slice(0, 60);
    const lists = await ask(
      'Product',
      products.map(({ productId }) => productId),
      'boughtTogether',
      '(first: 3)',
    );
    let found = 0;
    let filled = 0;
    for (const [i, { complements }] of products.entries()) {
      const ids = lists[i]!.edges.map(idOf);
      if (ids.length === 0) continue;
      filled++;
      if (ids.some((id) => complements.includes(id))) found++;
    }
    expect(filled).toBeGreaterThanOrEqual(40);
    expect(found / filled).toBeGreaterThanOrEqual(0.85);
  });

  test('add up, each of them', async () => {
    const [list] = await ask(
      'Customer',
      [`u:${shop.truth.customers.find(({ orders }) => orders > 5)!.userId}`],
      'recommendations',
      '(first: 50)',
    );
    expect(list!.edges).toHaveLength(50);
    for (const { node } of list!.edges) {
      expect(node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(node.score, 6);
    }
  });
});
