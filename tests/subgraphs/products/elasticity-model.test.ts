import { afterAll, beforeAll, expect, test } from 'vitest';
import { products } from '../../../subgraphs/products/src/index.ts';
import { type DemoSubgraph, openDemoSubgraph } from '../demo-shop-log.ts';

interface Answer {
  externalId: string;
  elasticity: {
    value: number | null;
    low: number | null;
    high: number | null;
    confidence: number | null;
    asOf: string | null;
    model: { name: string; version: number } | null;
    reasons: { code: string; text: string; russian: string; weight: number | null }[];
    unavailable: { code: string; text: string } | null;
  };
}

let shop: DemoSubgraph;
let answers: Answer[];
beforeAll(async () => {
  shop = await openDemoSubgraph(products, 0.4);
  const outcome = await shop.train();
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', served: true });
  answers = [];
  let after: string | null = null;
  do {
    const page: { products: { edges: { node: Answer }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await shop.ask(
        `query ($after: String) { products(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { node {
          externalId elasticity { value low high confidence asOf model { name version } unavailable { code text }
            reasons { code text russian: text(locale: RU) weight } } } } } }`,
        { after },
      );
    answers.push(...page.products.edges.map((edge) => edge.node));
    after = page.products.pageInfo.hasNextPage ? page.products.pageInfo.endCursor : null;
  } while (after);
}, 180_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

test('true elasticities are found, and their intervals hold what they promise', () => {
  const truth = new Map(shop.truth.products.map((product) => [product.productId, product]));
  const known = answers.filter((answer) => answer.elasticity.value !== null);
  expect(known.length).toBeGreaterThan(0.6 * shop.truth.products.length);
  const errors = known.map((answer) => answer.elasticity.value! - truth.get(answer.externalId)!.elasticity);
  const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  expect(Math.abs(bias)).toBeLessThan(0.2);
  // Knowing nothing but the true mean would be off by the standard deviation of the truth, about 0.73.
  expect(rmse).toBeLessThan(0.6);
  const held = known.filter(({ externalId, elasticity }) => {
    const value = truth.get(externalId)!.elasticity;
    return elasticity.low! < value && value < elasticity.high!;
  });
  expect(held.length / known.length).toBeGreaterThan(0.85);
});

test('prices that follow the season mislead no more than those that do not', () => {
  const value = new Map(answers.map((answer) => [answer.externalId, answer.elasticity.value]));
  const bias = (pricing: string): number => {
    const errors = shop.truth.products
      .filter((product) => product.pricing === pricing && typeof value.get(product.productId) === 'number')
      .map((product) => value.get(product.productId)! - product.elasticity);
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };
  expect(Math.abs(bias('seasonal') - bias('exogenous'))).toBeLessThan(0.3);
});

test('a product whose price hardly moved has no number, and the sentence says what would give it one', () => {
  const stable = new Set(shop.truth.products.filter((one) => one.pricing === 'stable').map((one) => one.productId));
  const silent = answers.filter((answer) => stable.has(answer.externalId));
  expect(silent.length).toBeGreaterThan(10);
  for (const { elasticity } of silent) {
    expect(elasticity).toMatchObject({ value: null, low: null, high: null, confidence: null, reasons: [] });
    expect(['NOT_IDENTIFIED', 'NOT_ENOUGH_DATA']).toContain(elasticity.unavailable!.code);
  }
  expect(silent.some((answer) => /hardly moved/.test(answer.elasticity.unavailable!.text))).toBe(true);
});

test('the reasons add up to the value, in two languages, with the version behind it', () => {
  for (const { elasticity } of answers) {
    if (elasticity.value === null) continue;
    const sum = elasticity.reasons.reduce((total, reason) => total + (reason.weight ?? 0), 0);
    expect(sum).toBeCloseTo(elasticity.value, 9);
    expect(elasticity.reasons.map((reason) => reason.code)).toEqual(
      expect.arrayContaining(['OWN_SALES', 'PRICE_RANGE']),
    );
    expect(elasticity.reasons.every((reason) => /[а-я]/.test(reason.russian))).toBe(true);
    expect(elasticity.model).toEqual({ name: 'products.elasticity', version: 1 });
    expect(elasticity).toMatchObject({ confidence: 0.95, unavailable: null });
  }
});

test('products can be found by their elasticity', async () => {
  const { products: found } = await shop.ask<{ products: { totalCount: number } }>(
    '{ products(where: { elasticity: { range: { lte: -2 } } }) { totalCount edges { node { elasticity { value } } } } }',
  );
  expect(found.totalCount).toBe(answers.filter((answer) => (answer.elasticity.value ?? 0) <= -2).length);
});

interface Advice {
  demandAt: {
    unitsPerWeek: number | null;
    low: number;
    high: number;
    revenuePerWeek: { amountMinor: number } | null;
    unavailable: { code: string; text: string } | null;
  };
  bestPrice: {
    price: { amountMinor: number } | null;
    position: string;
    gainPerWeek: { amountMinor: number };
    gainLow: { amountMinor: number };
    certain: boolean;
    unavailable: { code: string } | null;
  };
}
const advise = async (externalId: string, priceMinor: number, unitCostMinor: number): Promise<Advice> =>
  (
    await shop.ask<{ product: Advice }>(
      `query ($id: String!, $price: SafeInt!, $cost: SafeInt!) { product(externalId: $id) {
        demandAt(priceMinor: $price) { unitsPerWeek low high confidence revenuePerWeek { amountMinor } unavailable { code text } model { version } }
        bestPrice(unitCostMinor: $cost) { price { amountMinor } position gainPerWeek { amountMinor } gainLow { amountMinor } certain unavailable { code } } } }`,
      { id: externalId, price: priceMinor, cost: unitCostMinor },
    )
  ).product;

test('demand at another price follows the elasticity, inside the prices that were seen', async () => {
  const { rows } = await shop.db.query<{
    product_id: string;
    value: number;
    present: number;
    units: number;
    lowest: number;
    highest: number;
  }>(
    `SELECT product_id, value, present_price_minor AS present, present_units AS units, lowest_price_minor AS lowest,
       highest_price_minor AS highest FROM products.elasticity WHERE value < -1.2 AND present_units > 1 ORDER BY product_id LIMIT 5`,
  );
  expect(rows).toHaveLength(5);
  for (const row of rows) {
    const price = Math.round((row.lowest + row.highest) / 2);
    const { demandAt, bestPrice } = await advise(row.product_id, price, Math.round(row.lowest / 2));
    const units = row.units * (price / row.present) ** row.value;
    expect(demandAt.unitsPerWeek).toBeCloseTo(units, 9);
    expect(demandAt.low).toBeLessThanOrEqual(units);
    expect(demandAt.high).toBeGreaterThanOrEqual(units);
    expect(demandAt.revenuePerWeek!.amountMinor).toBe(Math.round(units * price));
    expect(bestPrice.price!.amountMinor).toBeGreaterThanOrEqual(row.lowest);
    expect(bestPrice.price!.amountMinor).toBeLessThanOrEqual(row.highest);
    expect(bestPrice.gainPerWeek.amountMinor).toBeGreaterThanOrEqual(0);
    expect(bestPrice.certain).toBe(bestPrice.gainLow.amountMinor > 0);
    const far = await advise(row.product_id, row.highest * 2, 0);
    expect(far.demandAt).toMatchObject({
      unitsPerWeek: null,
      revenuePerWeek: null,
      unavailable: { code: 'NOT_IDENTIFIED' },
    });
  }
});

test('without an elasticity there is neither a forecast nor a best price, and the reason is the same', async () => {
  const silent = answers.find((answer) => answer.elasticity.value === null)!;
  const { demandAt, bestPrice } = await advise(silent.externalId, 1000, 0);
  expect(demandAt.unavailable).toEqual(silent.elasticity.unavailable);
  expect(bestPrice).toMatchObject({ price: null, unavailable: { code: silent.elasticity.unavailable!.code } });
  const { errors } = await shop.execute(
    `{ product(externalId: "${silent.externalId}") { demandAt(priceMinor: -1) { low } } }`,
  );
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('an older shop’s clock sees nothing of what came later', async () => {
  const { loadPricePanel } = await import('../../../subgraphs/products/src/features/price-panel.ts');
  const asOf = new Date('2026-06-01T12:00:00Z');
  const before = await loadPricePanel(shop.db, asOf);
  await shop.send([
    {
      type: 'track',
      event: 'Order Completed',
      messageId: 'later',
      userId: 'later',
      originalTimestamp: '2026-06-02T00:00:00Z',
      properties: {
        order_id: 'later',
        currency: 'EUR',
        products: [{ product_id: before.productIds[0]!, price: 1, quantity: 900 }],
      },
    },
    {
      type: 'track',
      event: 'Product Upserted',
      messageId: 'later price',
      originalTimestamp: '2026-06-02T00:00:00Z',
      properties: { product_id: before.productIds[0]!, price: 999, currency: 'EUR' },
    },
  ]);
  await shop.projector.catchUp();
  const after = await loadPricePanel(shop.db, asOf);
  expect(after.panel).toEqual(before.panel);
});
