import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recommendations } from '../../../../subgraphs/recommendations/src/index.ts';
import { loadSales } from '../../../../subgraphs/recommendations/src/loaders/popular.ts';
import { kinds } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { halfLifeDays } from '../../../../subgraphs/recommendations/src/ml/popularity.ts';
import {
  createPopularStore,
  popularScore,
  toRankings,
} from '../../../../subgraphs/recommendations/src/serving/popular-store.ts';
import { type OpenSubgraph, openSubgraph } from '../../open-subgraph.ts';

const asOf = new Date('2024-06-30T12:00:00Z');

let shop: OpenSubgraph;
beforeAll(async () => {
  shop = await openSubgraph(recommendations);
});
afterAll(() => shop?.[Symbol.asyncDispose]());
beforeEach(() => shop.db.query('TRUNCATE recommendations.interaction, recommendations.residence'));

let orders = 0;
/** Purchases of one product by the customers `from`, `from` + 1, …, so many days ago. */
const buy = async (productId: string, days: number, customers: number, from = 0): Promise<void> => {
  orders++;
  await shop.db.query(
    `INSERT INTO recommendations.interaction (customer_key, kind, product_id, occasion, at)
     SELECT 'u:' || n, $1, $2, $3, $4 FROM generate_series($5::integer, $6) AS n`,
    [kinds.purchase, productId, `O${orders}`, new Date(asOf.getTime() - days * 86_400_000), from, from + customers - 1],
  );
};
const live = (country: string, from: number, to: number) =>
  shop.db.query(
    `INSERT INTO recommendations.residence (customer_key, country_fact)
     SELECT 'u:' || n, '2' || repeat('0', 52) || $1 FROM generate_series($2::integer, $3) AS n`,
    [country, from, to],
  );
const ranking = async (country: string | null = null) => toRankings(await loadSales(shop.db, asOf))(country);

test('what sold lately goes before what a few more bought three weeks ago', async () => {
  await buy('faded', 21, 12);
  await buy('rising', 2, 10);
  expect(await ranking()).toMatchObject([
    { productId: 'rising', buyers: 10, lately: 10 },
    { productId: 'faded', buyers: 12, lately: 0 },
  ]);
});

test('a buyer counts whole at the moment, half at the half-life and a quarter at two of them', async () => {
  await buy('now', 0, 1);
  await buy('then', halfLifeDays, 1);
  await buy('before', 2 * halfLifeDays, 1);
  const rows = await ranking();
  expect(rows.map(({ productId }) => productId)).toEqual(['now', 'then', 'before']);
  for (const [i, whole] of [1, 0.5, 0.25].entries()) {
    expect(rows[i]!.trend).toBeCloseTo(whole, 6);
    expect(popularScore(rows[i]!)).toBeCloseTo(Math.log(1 + whole), 6);
  }
});

test('a customer who bought it often counts once, by the latest time; what is older than the window or yet to come does not count', async () => {
  for (const days of [25, halfLifeDays, 12]) await buy('often', days, 1);
  for (const days of [30, 400, -1]) await buy('never lately', days, 5);
  await buy('at the edge', 29.99, 1);
  const [often, edge, ...others] = await ranking();
  expect(others).toEqual([]);
  expect(often).toMatchObject({ productId: 'often', buyers: 1, lately: 0 });
  expect(often!.trend).toBeCloseTo(0.5, 6);
  expect(edge!.productId).toBe('at the edge');
});

test('products that sold alike stay level, in whatever order their sales are counted', async () => {
  for (const [from, days] of [1.1, 2.3, 5.7, 11.9, 0.4, 3.3].entries()) {
    await buy('a', days, 1, from);
    await buy('b', days, 1, from);
  }
  await live('DE', 0, 2);
  await live('FR', 3, 4);
  const sales = await loadSales(shop.db, asOf);
  for (const rows of [sales, sales.toReversed()]) {
    const [a, b] = toRankings(rows)(null);
    expect([a!.productId, b!.productId]).toEqual(['a', 'b']);
    expect(popularScore(a!)).toBe(popularScore(b!));
  }
});

test('a country has its own order, by the same decay', async () => {
  await live('DE', 0, 99);
  await live('FR', 100, 199);
  await buy('German', 3, 60, 0);
  await buy('German', 3, 10, 100);
  await buy('French', 3, 50, 100);
  await buy('French', 3, 15, 0);
  await buy('faded German', 28, 65, 0);
  const german = await ranking('DE');
  const french = await ranking('FR');
  expect(german.map(({ productId }) => productId)[0]).toBe('German');
  expect(french.map(({ productId }) => productId)[0]).toBe('French');
  expect(german.map(({ productId }) => productId)).toContain('faded German');
  expect(german[0]!.regional).toMatchObject({ buyers: 60 });
  expect(german[0]!.regional!.factor).toBeGreaterThan(1);
  expect(popularScore(german[0]!)).toBeCloseTo(Math.log1p(german[0]!.trend * german[0]!.regional!.factor), 12);
});

test('one statement counts for every country and everybody who asks in the meantime', async () => {
  await live('DE', 0, 9);
  await buy('P', 1, 10);
  let statements = 0;
  const counting = {
    query: (...args: Parameters<Pool['query']>) => {
      statements++;
      return shop.db.query(...args);
    },
  } as unknown as Pool;
  const store = createPopularStore(counting);
  const present = { asOf, historical: true } as Parameters<typeof store.get>[0];
  const lists = await Promise.all([null, 'DE', 'FR', null].map((country) => store.get(present, country)));
  expect(lists.map(([first]) => first!.productId)).toEqual(['P', 'P', 'P', 'P']);
  expect(statements).toBe(1);
});
