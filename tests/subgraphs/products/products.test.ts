import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { products } from '../../../subgraphs/products/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

const upsert = (id: string, at: string, properties: object): IncomingEvent => ({
  type: 'track',
  event: 'Product Upserted',
  messageId: `${id} ${at}`,
  originalTimestamp: `${at}T08:00:00Z`,
  properties: { product_id: id, ...properties },
});
const order = (id: string, at: string, lines: object[], more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  type: 'track',
  event: 'Order Completed',
  messageId: `order ${id}`,
  userId: 'ann',
  originalTimestamp: at.includes('T') ? at : `${at}T12:00:00Z`,
  properties: { order_id: id, currency: 'EUR', products: lines },
  ...more,
});

const history: IncomingEvent[] = [
  upsert('tea', '2024-01-01', {
    name: 'Green tea',
    name_ru: 'Зелёный чай',
    category: 'Food > Tea',
    brand: 'Leaf',
    price: 5,
    cost: 2.5,
    stock: 40,
  }),
  upsert('tea', '2024-02-01', { price: 6, stock: 0 }),
  upsert('tea', '2024-02-20', { price: 6, stock: 12 }),
  upsert('pot', '2024-01-01', {
    name: 'Tea pot',
    category: 'Home>Kitchen  > Pots',
    brand: 'Clay',
    price: 30,
    cost: 34,
    currency: 'EUR',
  }),
  upsert('gift', '2024-01-02', { name: '100 % gift_card' }),
  upsert('spoon', '2024-01-02', { cost: 1, currency: 'USD' }),
  order('1', '2024-01-05', [
    { product_id: 'tea', name: 'tea as the order calls it', price: 5, quantity: 3 },
    { product_id: 'spoon', name: 'Spoon', category: 'Home > Kitchen', price: 2.5, quantity: 4 },
  ]),
  order('2', '2024-02-11', [{ product_id: 'tea', price: 6, quantity: 1 }]),
  // Sunday evening in UTC is Monday in the shop's time zone.
  order('3', '2024-02-11T23:30:00Z', [{ product_id: 'spoon', price: 3, quantity: 1 }]),
  order('usd', '2024-02-12', [{ product_id: 'pot', price: 33, quantity: 1 }], {
    properties: { order_id: 'usd', currency: 'USD', products: [{ product_id: 'pot', price: 33, quantity: 1 }] },
  }),
  {
    ...order('1 back', '2024-01-20', [{ product_id: 'spoon', price: 2.5, quantity: 1 }]),
    event: 'Order Refunded',
  },
  {
    type: 'track',
    event: 'Product Viewed',
    messageId: 'view',
    anonymousId: 'visitor',
    originalTimestamp: '2024-02-12T12:00:00Z',
    properties: { product_id: 'lamp', name: 'Lamp', price: 80, currency: 'EUR' },
  },
];

let shop: OpenSubgraph;
beforeAll(async () => {
  shop = await openSubgraph(products);
  await shop.setShop({ currency: 'EUR', time_zone: 'Europe/Berlin', clock: 'latest_event' });
  const verdicts = await shop.send(history);
  expect(verdicts.filter((verdict) => verdict.verdict !== 'ACCEPTED')).toEqual([]);
  await shop.projector.catchUp();
  for (const state of await shop.projector.states()) expect(state).toMatchObject({ faults: 0, lag: 0 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const names = (page: { products: { edges: { node: { externalId: string } }[] } }): string[] =>
  page.products.edges.map((edge) => edge.node.externalId);

describe('a product', () => {
  test('is what the catalogue last said of it, field by field, whatever orders call it', async () => {
    const { product } = await shop.ask<{ product: object }>(`{ product(externalId: "tea") {
      id externalId name russian: name(locale: RU) brand stock price { amountMinor currency } category { name path productCount }
      unitsSold revenue { amountMinor currency } firstSeenAt
    } }`);
    expect(product).toEqual({
      id: toGlobalId('Product', 'tea'),
      externalId: 'tea',
      name: 'Green tea',
      russian: 'Зелёный чай',
      brand: 'Leaf',
      stock: 12,
      price: { amountMinor: 600, currency: 'EUR' },
      category: { name: 'Tea', path: 'Food > Tea', productCount: 1 },
      unitsSold: 4,
      revenue: { amountMinor: 2100, currency: 'EUR' },
      firstSeenAt: '2024-01-01T08:00:00.000Z',
    });
  });

  test('tells what is left of its price over its cost, where both are known in one currency', async () => {
    const figures = 'externalId unitCost { amountMinor currency } margin';
    const answer = await shop.ask(`{
      tea: product(externalId: "tea") { ${figures} }
      pot: product(externalId: "pot") { ${figures} }
      spoon: product(externalId: "spoon") { ${figures} }
      lamp: product(externalId: "lamp") { ${figures} }
    }`);
    expect(answer).toEqual({
      tea: { externalId: 'tea', unitCost: { amountMinor: 250, currency: 'EUR' }, margin: 350 / 600 },
      pot: { externalId: 'pot', unitCost: { amountMinor: 3400, currency: 'EUR' }, margin: -400 / 3000 },
      // Dollars are not taken off euros.
      spoon: { externalId: 'spoon', unitCost: { amountMinor: 100, currency: 'USD' }, margin: null },
      lamp: { externalId: 'lamp', unitCost: null, margin: null },
    });
  });

  test('is the same in a list as by itself, with every field that it has', async () => {
    const fields = `id externalId name brand category { path } price { amountMinor currency } unitCost { amountMinor currency }
      margin stock url imageUrl unitsSold revenue { amountMinor } firstSeenAt`;
    type Listed = { products: { edges: { node: { externalId: string } }[] } };
    const { products: page } = await shop.ask<Listed>(`{ products { edges { node { ${fields} } } } }`);
    expect(page.edges).toHaveLength(5);
    for (const { node } of page.edges) {
      expect(node).toEqual(
        (await shop.ask<{ product: object }>(`{ product(externalId: "${node.externalId}") { ${fields} } }`)).product,
      );
    }
  });

  test('tells its cost to nobody without the scope for it', async () => {
    const query = '{ product(externalId: "tea") { name unitCost { amountMinor } margin } }';
    const { data, errors } = await shop.execute(query, undefined, ['analytics:read']);
    expect(data).toMatchObject({ product: { name: 'Green tea', unitCost: null, margin: null } });
    expect(errors).toMatchObject([{ path: ['product', 'unitCost'] }, { path: ['product', 'margin'] }]);
  });

  test('is known from orders and visits alone, with refunds off its sales', async () => {
    const answer = await shop.ask(`{
      spoon: product(externalId: "spoon") { name unitsSold revenue { amountMinor } price { amountMinor } category { path } }
      lamp: product(externalId: "lamp") { name unitsSold price { amountMinor } stock category { path } }
      pot: product(externalId: "pot") { unitsSold revenue { amountMinor currency } }
      nobody: product(externalId: "nobody") { name }
    }`);
    expect(answer).toEqual({
      spoon: {
        name: 'Spoon',
        unitsSold: 4,
        revenue: { amountMinor: 1050 },
        price: { amountMinor: 300 },
        category: { path: 'Home > Kitchen' },
      },
      lamp: { name: 'Lamp', unitsSold: 0, price: { amountMinor: 8000 }, stock: null, category: null },
      // Dollars are not added to euros.
      pot: { unitsSold: 1, revenue: { amountMinor: 0, currency: 'EUR' } },
      nobody: null,
    });
  });

  test('shows when its price changed, from the catalogue or else from what it sold at', async () => {
    const answer = await shop.ask(`{
      tea: product(externalId: "tea") { priceHistory { at price { amountMinor } } }
      spoon: product(externalId: "spoon") { priceHistory(first: 1) { at price { amountMinor } } }
    }`);
    expect(answer).toEqual({
      tea: {
        priceHistory: [
          { at: '2024-02-01T08:00:00.000Z', price: { amountMinor: 600 } },
          { at: '2024-01-01T08:00:00.000Z', price: { amountMinor: 500 } },
        ],
      },
      spoon: { priceHistory: [{ at: '2024-02-11T23:00:00.000Z', price: { amountMinor: 300 } }] },
    });
  });

  test('sells by weeks of the shop’s calendar, empty ones included', async () => {
    const { product } = await shop.ask<{ product: { weeklySales: object[] } }>(
      `{ product(externalId: "spoon") { weeklySales(weeks: 8) { week units revenue { amountMinor } } } }`,
    );
    expect(product.weeklySales).toEqual([
      { week: '2024-01-01', units: 4, revenue: { amountMinor: 1000 } },
      { week: '2024-01-08', units: 0, revenue: { amountMinor: 0 } },
      { week: '2024-01-15', units: -1, revenue: { amountMinor: -250 } },
      { week: '2024-01-22', units: 0, revenue: { amountMinor: 0 } },
      { week: '2024-01-29', units: 0, revenue: { amountMinor: 0 } },
      { week: '2024-02-05', units: 0, revenue: { amountMinor: 0 } },
      { week: '2024-02-12', units: 1, revenue: { amountMinor: 300 } },
      { week: '2024-02-19', units: 0, revenue: { amountMinor: 0 } },
    ]);
  });

  test('without a served model has no elasticity, and says so', async () => {
    const { product } = await shop.ask<{ product: { elasticity: object } }>(
      `{ product(externalId: "tea") { elasticity { value unavailable { code text } reasons { text } model { id } } } }`,
    );
    expect(product.elasticity).toEqual({
      value: null,
      unavailable: { code: 'MODEL_NOT_SERVED', text: expect.stringContaining('not been fitted') },
      reasons: [],
      model: null,
    });
  });

  test('is found by its global id, and a foreign id finds nothing', async () => {
    const ask = (id: string) => shop.ask(`query ($id: ID!) { product(id: $id) { externalId } }`, { id });
    expect(await ask(toGlobalId('Product', 'tea'))).toEqual({ product: { externalId: 'tea' } });
    expect(await ask(toGlobalId('Customer', 'tea'))).toEqual({ product: null });
    expect(await ask(toGlobalId('Product', 'te\u0000a'))).toEqual({ product: null });
    expect(await shop.ask('{ product(externalId: "te\\u0000a") { name } }')).toEqual({ product: null });
    const { errors } = await shop.execute('{ product { name } }');
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('the list of products', () => {
  test('is paged by keyset in every order, each product once', async () => {
    for (const field of ['REVENUE', 'UNITS_SOLD', 'PRICE', 'NAME']) {
      for (const direction of ['ASC', 'DESC']) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: {
            products: {
              edges: { node: { externalId: string } }[];
              totalCount: number;
              pageInfo: { hasNextPage: boolean; endCursor: string };
            };
          } = await shop.ask(
            `query ($after: String) { products(first: 2, after: $after, orderBy: { field: ${field}, direction: ${direction} }) {
                totalCount edges { node { externalId } } pageInfo { hasNextPage endCursor } } }`,
            { after },
          );
          expect(page.products.totalCount).toBe(5);
          seen.push(...names(page));
          after = page.products.pageInfo.hasNextPage ? page.products.pageInfo.endCursor : null;
        } while (after);
        expect([...seen].sort()).toEqual(['gift', 'lamp', 'pot', 'spoon', 'tea']);
        if (field === 'PRICE' && direction === 'DESC') expect(seen).toEqual(['lamp', 'pot', 'tea', 'spoon', 'gift']);
      }
    }
  });

  test('takes only what meets every condition, and wildcards are plain letters', async () => {
    const list = async (where: string): Promise<string[]> =>
      names(
        await shop.ask(
          `{ products(where: ${where}, orderBy: { field: NAME, direction: ASC }) { edges { node { externalId } } } }`,
        ),
      );
    expect(await list('{ category: "Home > Kitchen" }')).toEqual(['spoon', 'pot']);
    expect(await list('{ category: "Home > Kit" }')).toEqual([]);
    expect(await list('{ nameContains: "TEA" }')).toEqual(['tea', 'pot']);
    expect(await list('{ nameContains: "чай" }')).toEqual(['tea']);
    expect(await list('{ nameContains: "% g" }')).toEqual(['gift']);
    expect(await list('{ nameContains: "t_c" }')).toEqual(['gift']);
    expect(await list('{ nameContains: "g%t" }')).toEqual([]);
    expect(await list('{ brand: { oneOf: ["Leaf", "Clay"] }, priceMinor: { range: { gte: 1000 } } }')).toEqual(['pot']);
    expect(await list('{ externalId: { startsWith: "s" } }')).toEqual(['spoon']);
    expect(await list('{ stock: { eq: 12 } }')).toEqual(['tea']);
    expect(await list('{ elasticity: { range: { lte: 0 } } }')).toEqual([]);
  });

  test('refuses page sizes and cursors that are not its own', async () => {
    const own = (value: unknown): string =>
      Buffer.from(JSON.stringify(['REVENUE DESC', value, 'x'])).toString('base64url');
    const cursor = Buffer.from('["NAME ASC","a","b"]').toString('base64url');
    for (const args of [
      'first: 0',
      'first: 101',
      'after: "nonsense"',
      `after: "${cursor}"`,
      `after: "${own(1e300)}"`,
      `after: "${own(0.5)}"`,
      'where: { nameContains: "\\u0000" }',
    ]) {
      const { errors } = await shop.execute(`{ products(${args}) { edges { cursor } } }`);
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
  });

  test('costs as many statements for many products as for one', async () => {
    const query = (first: number): string => `{ products(first: ${first}) { edges { node {
      name category { name productCount } elasticity { value unavailable { code } } weeklySales(weeks: 2) { units } priceHistory { at } } } } }`;
    const few = await countStatements(() => shop.ask(query(1)));
    expect(few).toBeGreaterThanOrEqual(5);
    expect(await countStatements(() => shop.ask(query(5)))).toBe(few);
  });
});

describe('categories', () => {
  test('hold all that lies below them', async () => {
    const { categories } = await shop.ask<{ categories: object[] }>(
      `{ categories { path name productCount revenue { amountMinor } } }`,
    );
    expect(categories).toEqual([
      { path: 'Food', name: 'Food', productCount: 1, revenue: { amountMinor: 2100 } },
      { path: 'Food > Tea', name: 'Tea', productCount: 1, revenue: { amountMinor: 2100 } },
      { path: 'Home', name: 'Home', productCount: 2, revenue: { amountMinor: 1050 } },
      { path: 'Home > Kitchen', name: 'Kitchen', productCount: 2, revenue: { amountMinor: 1050 } },
      { path: 'Home > Kitchen > Pots', name: 'Pots', productCount: 1, revenue: { amountMinor: 0 } },
    ]);
  });
});

/** Statements that the database executed for the subgraph meanwhile, by its own count. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const { Client } = (await import('pg')).default;
  let count = 0;
  const original = Client.prototype.query as (...args: unknown[]) => unknown;
  Client.prototype.query = function counted(this: unknown, ...args: unknown[]) {
    count++;
    return original.apply(this, args);
  } as never;
  try {
    await work();
  } finally {
    Client.prototype.query = original as never;
  }
  return count;
}
