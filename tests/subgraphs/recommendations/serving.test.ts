import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { kinds } from '../../../subgraphs/recommendations/src/ml/interactions.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';
import { at, catalogue, orders, type Page, page, productOf, seen } from './planted-log.ts';
import { complementOf, plantedProducts, tasteOf } from './planted-shop.ts';

let shop: OpenSubgraph;
const customer = async (userId: string, args = '(first: 10)'): Promise<Page> => {
  const { _entities } = await shop.ask<{ _entities: { recommendations: Page }[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations${args} ${page} } } }`,
    { of: [{ __typename: 'Customer', id: toGlobalId('Customer', `u:${userId}`) }] },
  );
  return _entities[0]!.recommendations;
};
const product = async (field: string, id: string): Promise<Page> => {
  const { _entities } = await shop.ask<{ _entities: Record<string, Page>[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { ${field} ${page} } } }`,
    { of: [{ __typename: 'Product', id: toGlobalId('Product', id) }] },
  );
  return _entities[0]![field.replace(/\(.*/, '')]!;
};
const send = async (...events: IncomingEvent[]): Promise<void> => {
  const verdicts = await shop.send(events);
  expect(verdicts.filter(({ verdict }) => verdict === 'REJECTED')).toEqual([]);
  await shop.projector.catchUp();
};
const train = async () => {
  await using estimators = createEstimatorPool(1);
  return trainModel({
    subgraph: 'recommendations',
    model: recommendations.models[0]!,
    db: shop.db,
    estimators,
    log: silentLog,
  });
};

beforeAll(async () => {
  shop = await openSubgraph(recommendations);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('before there is a model', () => {
  test('an empty shop answers with empty lists', async () => {
    expect(await customer('nobody')).toMatchObject({
      edges: [],
      pipeline: 'POPULAR',
      unavailable: { code: 'MODEL_NOT_SERVED' },
      model: null,
    });
    expect(await product('similar', 'P1')).toMatchObject({ edges: [], unavailable: { code: 'MODEL_NOT_SERVED' } });
    const { popularProducts } = await shop.ask<{ popularProducts: Page }>(`{ popularProducts(first: 3) ${page} }`);
    expect(popularProducts).toMatchObject({ edges: [], pipeline: 'POPULAR' });
  });

  test('a fit says what is missing', async () => {
    expect(await train()).toMatchObject({
      status: 'NOT_ENOUGH_DATA',
      message: expect.stringContaining('50 are needed'),
    });
  });

  test('what sells best stands in, with the number of buyers', async () => {
    await send(...catalogue);
    const range = await customer('C3');
    expect(range.edges).toHaveLength(10);
    expect(range.edges[0]!.node.reasons[0]!.code).toBe('IN_RANGE');
    await send(...orders());
    const list = await customer('C3');
    expect(list).toMatchObject({ pipeline: 'POPULAR', unavailable: { code: 'MODEL_NOT_SERVED' } });
    expect(list.edges).toHaveLength(10);
    for (const { node } of list.edges) {
      const [reason] = node.reasons;
      const [, buyers, lately] = reason!.en.match(
        /^(\d+) customers? bought it in the last 30 days, (\d+) of them in the last 7$/,
      )!;
      expect(reason!.ru).toMatch(
        new RegExp(`^За последние 30 дней купили? ${buyers} покупател.+, из них за последние 7 — ${lately}$`),
      );
      expect(Number(lately)).toBeLessThanOrEqual(Number(buyers));
      expect(node.score).toBeLessThanOrEqual(Math.log1p(Number(buyers)));
      expect(reason!.weight).toBeCloseTo(node.score, 9);
    }
    const scores = list.edges.map(({ node }) => node.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });
});

describe('with a model', () => {
  beforeAll(async () => {
    expect(await train()).toMatchObject({ status: 'SUCCEEDED', served: true });
  });

  test('a customer gets new products of their taste, with evidence that adds up to the score', async () => {
    const list = await customer('C5', '(first: 10, placement: HOME)');
    expect(list).toMatchObject({
      pipeline: 'HYBRID',
      unavailable: null,
      model: { name: 'recommendations.hybrid', version: 1 },
    });
    const { rows } = await shop.db.query<{ product_id: string }>(
      "SELECT DISTINCT product_id FROM recommendations.interaction WHERE customer_key = 'u:C5' AND kind = $1",
      [kinds.purchase],
    );
    const owned = new Set(rows.map((row) => row.product_id));
    const shown = list.edges.map(productOf);
    expect(shown).toHaveLength(10);
    expect(shown.filter((one) => owned.has(`P${one}`))).toEqual([]);
    expect(shown.filter((one) => tasteOf(one) === tasteOf(5)).length).toBeGreaterThanOrEqual(8);
    for (const { node } of list.edges) {
      expect(node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(node.score, 6);
      const evidence = node.reasons.filter(({ en }) => /“Thing \d+”, ordered in \w+/.test(en));
      expect(evidence.length).toBeGreaterThan(0);
      for (const { ru, weight } of evidence) {
        expect(ru).toMatch(/«Вещь \d+» \(заказ в [а-я]+/);
        expect(weight).toBeGreaterThan(0);
      }
      // Where every product starts is told last, by itself.
      expect(node.reasons.at(-1)).toMatchObject({ code: 'BASE', ru: expect.stringMatching(/^С чего начинает/) });
    }
    const kin = list.edges.flatMap(({ node }) => node.reasons).find(({ code }) => code === 'SAME_SEGMENT');
    expect(kin!.en).toMatch(
      /^\d+ of \d+ customers with a taste like theirs \(leaning to “Department 1”\) bought it: about \d+\.\d times/,
    );
    expect(kin!.ru).toMatch(
      /^Из \d+ покупател.* с похожим вкусом \(тянет к «Department 1»\) купили \d+: примерно в \d+,\d раза/,
    );
  });

  test('buying again lists what was bought before, with how often', async () => {
    const list = await customer('C5', '(first: 10, placement: BUY_AGAIN)');
    expect(list.pipeline).toBe('BUY_AGAIN');
    const { rows } = await shop.db.query<{ product_id: string }>(
      "SELECT DISTINCT product_id FROM recommendations.interaction WHERE customer_key = 'u:C5' AND kind = 0",
    );
    const owned = new Set(rows.map((row) => row.product_id));
    expect(list.edges.length).toBeGreaterThan(0);
    for (const edge of list.edges) expect(owned).toContain(`P${productOf(edge)}`);
    expect(list.edges.flatMap(({ node }) => node.reasons).some(({ code }) => code === 'BOUGHT_BEFORE')).toBe(true);
  });

  test('a stranger gets what sells best; one view makes the list theirs, without a fit', async () => {
    expect(await customer('stranger')).toMatchObject({ pipeline: 'POPULAR', unavailable: { code: 'NOT_ENOUGH_DATA' } });
    await send(seen('stranger', 2, 1299.9));
    const list = await customer('stranger');
    expect(list).toMatchObject({ pipeline: 'HYBRID', unavailable: null });
    expect(list.edges.map(productOf).filter((one) => tasteOf(one) === 2).length).toBeGreaterThanOrEqual(8);
    expect(list.edges.some(({ node }) => node.reasons.some(({ en }) => en.includes('“Thing 2”, looked at in')))).toBe(
      true,
    );
  });

  test('a stranger has nothing to buy again, and is told so', async () => {
    expect(await customer('another', '(placement: BUY_AGAIN)')).toMatchObject({
      edges: [],
      unavailable: { code: 'NOT_ENOUGH_DATA' },
    });
  });

  test('a product that is sold out leaves every list at once', async () => {
    const before = await customer('C8', '(first: 3)');
    const gone = productOf(before.edges[0]!);
    await send({
      ...catalogue[gone]!,
      messageId: 'sold out',
      originalTimestamp: at(1299.95),
      properties: { product_id: `P${gone}`, stock: 0 },
    });
    const after = await customer('C8', '(first: 100)');
    expect(after.edges.map(productOf)).not.toContain(gone);
    expect(after.edges.map(productOf)).toContain(productOf(before.edges[1]!));
    expect(
      (await product('similar(first: 100)', `P${(gone + 4) % plantedProducts}`)).edges.map(productOf),
    ).not.toContain(gone);
  });

  test('pages follow each other without a gap', async () => {
    const whole = await customer('C9', '(first: 12)');
    const one = await customer('C9', '(first: 5)');
    const two = await customer('C9', `(first: 7, after: "${one.pageInfo.endCursor}")`);
    expect([...one.edges, ...two.edges].map(({ node }) => [node.product.id, node.rank])).toEqual(
      whole.edges.map(({ node }) => [node.product.id, node.rank]),
    );
    expect(one.recommendationId).not.toBe(two.recommendationId);
    const { errors } = await shop.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations(after: "nonsense") { pipeline } } } }',
      { of: [{ __typename: 'Customer', id: toGlobalId('Customer', 'u:C9') }] },
    );
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('similar products share the category, and the shares add up to the likeness', async () => {
    const list = await product('similar(first: 5)', 'P41');
    expect(list.pipeline).toBe('CONTENT');
    for (const edge of list.edges) {
      expect(tasteOf(productOf(edge))).toBe(tasteOf(41));
      expect(edge.node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(edge.node.score, 6);
    }
    expect(list.edges.flatMap(({ node }) => node.reasons.map(({ code }) => code))).toContain('SAME_CATEGORY');
  });

  test('a product that is new to the shop has similar ones at once', async () => {
    await send({
      ...catalogue[0]!,
      messageId: 'new',
      originalTimestamp: at(1299.96),
      properties: { product_id: 'NEW', name: 'Novelty', category: 'Department 3', price: 12 },
    });
    const list = await product('similar(first: 5)', 'NEW');
    expect(list.edges).toHaveLength(5);
    for (const edge of list.edges) expect(tasteOf(productOf(edge))).toBe(3);
    expect(await product('boughtTogether', 'NEW')).toMatchObject({ edges: [], unavailable: null });
  });

  test('a product that is new to the shop reaches those who like its kind, by its words alone', async () => {
    const placeFor = async (userId: string) => {
      const list = await customer(userId, '(first: 100)');
      const edge = list.edges.find(({ node }) => node.product.id === toGlobalId('Product', 'NEW'));
      if (edge) expect(edge.node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(edge.node.score, 6);
      return edge?.node.rank ?? 101;
    };
    const kin = await Promise.all(['C3', 'C7', 'C11', 'C15'].map(placeFor));
    const others = await Promise.all(['C1', 'C5', 'C9', 'C13'].map(placeFor));
    expect(Math.max(...kin)).toBeLessThanOrEqual(100);
    expect(Math.max(...kin)).toBeLessThan(Math.min(...others));
  });

  test('a view of a product that is newer than the model leaves a stranger one until the next fit, and says so', async () => {
    await send({ ...seen('newcomer', 0, 1299.965), messageId: 'newcomer', properties: { product_id: 'NEW' } });
    expect(await customer('newcomer')).toMatchObject({
      pipeline: 'POPULAR',
      unavailable: { text: expect.stringContaining('a product that the model has learnt') },
    });
    await send(seen('newcomer', 3, 1299.966));
    expect(await customer('newcomer')).toMatchObject({ pipeline: 'HYBRID', unavailable: null });
  });

  test('the planted complement is what is bought together', async () => {
    let first = 0;
    for (let one = 0; one < 40; one++) {
      const list = await product('boughtTogether(first: 1)', `P${one}`);
      if (list.edges[0] && productOf(list.edges[0]) === complementOf(one)) first++;
    }
    expect(first).toBeGreaterThanOrEqual(36);
    const { edges } = await product('boughtTogether(first: 1)', 'P0');
    expect(edges[0]!.node.reasons[0]!.en).toMatch(
      /^In \d+ of \d+ orders with this product: [\d.]+ times as often as by chance$/,
    );
  });

  test('ids of other types and of nobody are no fault', async () => {
    const { _entities } = await shop.ask<{ _entities: { recommendations: Page | null }[] }>(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations { pipeline } } } }',
      {
        of: [
          { __typename: 'Customer', id: 'nonsense' },
          { __typename: 'Customer', id: toGlobalId('Customer', 'u:it\u2019s; DROP TABLE') },
        ],
      },
    );
    expect(_entities).toEqual([{ recommendations: null }, { recommendations: { pipeline: 'POPULAR' } }]);
  });

  test('hostile ids do no harm', async () => {
    for (const id of ['u:\u0000', 'u:\ud800', `u:${'x'.repeat(5000)}`, ':', '']) {
      const { errors } = await shop.execute(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations { pipeline } } } }',
        { of: [{ __typename: 'Customer', id: toGlobalId('Customer', id) }] },
      );
      expect(errors).toBeUndefined();
      const beside = await shop.execute(
        'query ($products: [ID!]!) { recommendFor(products: $products) { pipeline } }',
        {
          products: [toGlobalId('Product', id)],
        },
      );
      expect(beside.errors?.[0]?.extensions['code'] ?? 'none').toMatch(/none|BAD_USER_INPUT/);
    }
  });

  test('a request for many customers costs as many statements as for one', async () => {
    const count = async (users: number): Promise<number> => {
      const stats = async () =>
        (
          await shop.db.query<{ n: number }>(
            'SELECT xact_commit::int + xact_rollback::int AS n FROM pg_stat_database WHERE datname = current_database()',
          )
        ).rows[0]!.n;
      await shop.db.query('SELECT pg_stat_force_next_flush()');
      const before = await stats();
      await shop.ask(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations { edges { node { rank } } } } } }',
        {
          of: Array.from({ length: users }, (_, i) => ({
            __typename: 'Customer',
            id: toGlobalId('Customer', `u:C${i}`),
          })),
        },
      );
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      return (await stats()) - before;
    };
    expect(await count(40)).toBeLessThanOrEqual((await count(1)) + 2);
  });
});

describe('a cart of somebody', () => {
  test('gets what goes with it, without itself', async () => {
    const { recommendFor } = await shop.ask<{ recommendFor: Page }>(
      `query ($products: [ID!]!) { recommendFor(products: $products, first: 10) ${page} }`,
      { products: [3, 7].map((one) => toGlobalId('Product', `P${one}`)) },
    );
    const shown = recommendFor.edges.map(productOf);
    expect(recommendFor.pipeline).toBe('HYBRID');
    expect(shown).toHaveLength(10);
    expect(shown).not.toContain(3);
    expect(shown).not.toContain(7);
    expect(shown.filter((one) => tasteOf(one) === 3).length).toBeGreaterThanOrEqual(8);
  });

  test('is completed by the planted complement of what lies in it, and told why', async () => {
    let first = 0;
    for (let one = 0; one < 20; one++) {
      const { recommendFor } = await shop.ask<{ recommendFor: Page }>(
        `query ($products: [ID!]!) { recommendFor(products: $products, first: 3) ${page} }`,
        { products: [toGlobalId('Product', `P${one * 5}`)] },
      );
      const [edge] = recommendFor.edges;
      if (productOf(edge!) !== complementOf(one * 5)) continue;
      first++;
      const reason = edge!.node.reasons.find(({ code }) => code === 'BOUGHT_TOGETHER')!;
      expect(reason.en).toBe(`Often bought together with “Thing ${one * 5}”, in the cart`);
      expect(reason.ru).toBe(`Часто покупают вместе с «Вещь ${one * 5}» (в корзине)`);
      expect(edge!.node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(edge!.node.score, 6);
    }
    expect(first).toBeGreaterThanOrEqual(16);
  });

  test('of nothing, or of things that are no products, is refused with the remedy', async () => {
    for (const products of [[], ['nonsense']]) {
      const { errors } = await shop.execute(
        'query ($products: [ID!]!) { recommendFor(products: $products) { pipeline } }',
        { products },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'products' });
    }
  });
});

test('a list may be narrowed to what a page is about, for strangers too', async () => {
  const where = '(first: 20, where: { category: "Department 2", priceToMinor: 2000 })';
  for (const who of ['C5', 'quite a stranger']) {
    const list = await customer(who, where);
    expect(list.edges).toHaveLength(20);
    expect(new Set(list.edges.map(productOf).map(tasteOf))).toEqual(new Set([2]));
    expect(Math.max(...list.edges.map(productOf))).toBeLessThanOrEqual(100);
  }
});

describe('diversity', () => {
  test('mixes the list, and is a share', async () => {
    const tastes = (list: Page) => new Set(list.edges.map(productOf).map(tasteOf)).size;
    expect(tastes(await customer('C5', '(first: 20, diversity: 1)'))).toBeGreaterThan(
      tastes(await customer('C5', '(first: 20)')),
    );
    const { errors } = await shop.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations(diversity: 2) { pipeline } } } }',
      { of: [{ __typename: 'Customer', id: toGlobalId('Customer', 'u:C5') }] },
    );
    expect(errors?.[0]?.extensions['argument']).toBe('diversity');
  });
});

describe('a category', () => {
  test('shows what sells of it', async () => {
    const { _entities } = await shop.ask<{ _entities: { trending: Page }[] }>(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Category { trending(first: 5) ${page} } } }`,
      { of: [{ __typename: 'Category', id: toGlobalId('Category', 'Department 2') }] },
    );
    const list = _entities[0]!.trending;
    expect(list.edges).toHaveLength(5);
    expect(list.edges.map(productOf).map(tasteOf)).toEqual([2, 2, 2, 2, 2]);
    expect(list.edges[0]!.node.reasons[0]!.code).toBe('POPULAR');
  });
});

describe('what came of lists', () => {
  const event = (name: string, n: number, properties: Record<string, unknown>): IncomingEvent => ({
    type: 'track',
    event: name,
    messageId: `${name} ${n}`,
    userId: 'C5',
    originalTimestamp: at(1299.97),
    properties,
  });
  interface Performance {
    recommendationPerformance: {
      pipeline: string;
      placement: string;
      clickThrough: { value: number; low: number; high: number };
      positions: { position: number; impressions: number; clicks: number }[];
    }[];
  }
  const ask = async () =>
    (
      await shop.ask<Performance>(`{ recommendationPerformance { pipeline placement lists impressions clicks adds orderLines
        revenue { amountMinor currency } clickThrough { value low high } conversion { value } revenuePerList { amountMinor } positions { position impressions clicks } } }`)
    ).recommendationPerformance;

  test('is counted by pipeline, placement and place, once, and only for ids that were given out', async () => {
    expect(await ask()).toEqual([]);
    const { recommendationId, edges } = await customer('C5', '(first: 3)');
    const ids = edges.map((edge) => `P${productOf(edge)}`);
    const events = [
      event('Product List Viewed', 1, {
        recommendation_id: recommendationId,
        products: ids.map((product_id) => ({ product_id })),
      }),
      event('Product List Viewed', 2, { recommendation_id: recommendationId, products: [{ product_id: ids[0] }] }),
      event('Product List Viewed', 3, { recommendation_id: 'made up', products: [{ product_id: ids[0] }] }),
      event('Product Clicked', 1, { recommendation_id: recommendationId, product_id: ids[1], position: 2 }),
      event('Product Added', 1, { recommendation_id: recommendationId, product_id: ids[1] }),
      event('Order Completed', 1, {
        order_id: 'came-of-it',
        currency: 'EUR',
        products: [
          { product_id: ids[1], price: 12.5, quantity: 2, recommendation_id: recommendationId },
          { product_id: 'P1', price: 1, quantity: 1 },
        ],
      }),
    ];
    await send(...events, ...events);
    const [one, ...others] = await ask();
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      pipeline: 'HYBRID',
      placement: 'HOME',
      lists: 2,
      impressions: 4,
      clicks: 1,
      adds: 1,
      orderLines: 1,
      revenue: { amountMinor: 2500, currency: 'EUR' },
      conversion: { value: 0.25 },
      revenuePerList: { amountMinor: 1250 },
      positions: [
        { position: 1, impressions: 2, clicks: 0 },
        { position: 2, impressions: 1, clicks: 1 },
        { position: 3, impressions: 1, clicks: 0 },
      ],
    });
    expect(one!.clickThrough.value).toBe(0.25);
    expect(one!.clickThrough.low).toBeGreaterThan(0);
    expect(one!.clickThrough.high).toBeLessThan(1);
  });

  test('counts a later page at the places that its lines give, and whatever gives none by its order', async () => {
    const { recommendationId, edges, pageInfo } = await customer('C5', '(placement: WIN_BACK, first: 2)');
    const next = await customer('C5', `(placement: WIN_BACK, first: 2, after: "${pageInfo.endCursor}")`);
    const first = edges.map((edge) => ({ product_id: `P${productOf(edge)}` }));
    const second = next.edges.map((edge) => ({ product_id: `P${productOf(edge)}`, position: edge.node.rank }));
    expect(second.map(({ position }) => position)).toEqual([3, 4]);
    const view = (n: number, list: string, products: object[]) =>
      event('Product List Viewed', n, { recommendation_id: list, products });
    await send(
      view(11, recommendationId, first),
      view(12, next.recommendationId, second),
      event('Product Clicked', 11, { recommendation_id: next.recommendationId, ...second[1] }),
      // A list that counts from nought, and a place beyond those that are told.
      view(
        13,
        recommendationId,
        first.map((line, position) => ({ ...line, position })),
      ),
      view(15, recommendationId, [{ ...first[0], position: 5000 }]),
      event('Product Clicked', 12, { recommendation_id: recommendationId, ...first[0], position: 5000 }),
    );
    const list = (await ask()).find(({ placement }) => placement === 'WIN_BACK');
    expect(list?.positions).toEqual([
      { position: 1, impressions: 2, clicks: 0 },
      { position: 2, impressions: 2, clicks: 0 },
      { position: 3, impressions: 1, clicks: 0 },
      { position: 4, impressions: 1, clicks: 1 },
    ]);
  });

  test('what somebody waved away is not shown to them again, and to others it is', async () => {
    const mine = productOf((await customer('C6')).edges[0]!);
    await send({ ...event('Recommendation Dismissed', 1, { product_id: `P${mine}` }), userId: 'C6' });
    expect((await customer('C6', '(first: 100)')).edges.map(productOf)).not.toContain(mine);
    const others = await Promise.all(['C2', 'C10', 'C14', 'C18'].map((userId) => customer(userId, '(first: 100)')));
    expect(others.some((list) => list.edges.map(productOf).includes(mine))).toBe(true);
  });
});

describe('merchandising rules', () => {
  interface Saved {
    saveMerchandisingRule: {
      __typename: string;
      path?: string;
      message?: string;
      rule?: { id: string; name: string; action: string };
    };
  }
  const save = async (rule: object, id?: string) =>
    (
      await shop.ask<Saved>(
        `mutation ($rule: MerchandisingRuleInput!, $id: ID) { saveMerchandisingRule(rule: $rule, id: $id) { __typename
          ... on MerchandisingRuleSaved { rule { id name action slot factor count of match { category products { id } } } }
          ... on InvalidInput { path message } ... on NotFound { message } } }`,
        { rule, ...(id ? { id } : {}) },
      )
    ).saveMerchandisingRule;
  const remove = (id: string) =>
    shop.ask<{ deleteMerchandisingRule: { __typename: string } }>(
      'mutation ($id: ID!) { deleteMerchandisingRule(id: $id) { __typename } }',
      { id },
    );

  test('hold from the next request on, leave a trace, and go as fast', async () => {
    const plain = await customer('C5');
    const { rule } = await save({ name: 'No department 1', action: 'EXCLUDE', match: { category: 'department 1' } });
    const pinned = toGlobalId('Product', 'P100');
    const pin = await save({
      name: 'The new one',
      action: 'PIN',
      slot: 2,
      match: { products: [pinned] },
      placements: ['HOME'],
    });
    const ruled = await customer('C5', '(first: 20)');
    expect(ruled.edges).toHaveLength(20);
    expect(ruled.edges.map(productOf).map(tasteOf)).not.toContain(1);
    expect(ruled.edges[1]!.node.product.id).toBe(pinned);
    expect(ruled.rules).toContainEqual({ ruleName: 'The new one', effect: 'PINNED', product: { id: pinned } });
    expect(ruled.rules).toContainEqual({
      ruleName: 'No department 1',
      effect: 'EXCLUDED',
      product: plain.edges[0]!.node.product,
    });
    await remove(rule!.id);
    await remove(pin.rule!.id);
    const again = await customer('C5');
    expect(again.edges.map(productOf)).toEqual(plain.edges.map(productOf));
    expect(again.rules).toEqual([]);
  });

  test('that raise are told among the reasons, which still add up', async () => {
    const { rule } = await save({ name: 'Spring', action: 'BOOST', factor: 50, match: { category: 'Department 2' } });
    const list = await customer('C5');
    const raised = list.edges.filter((edge) => tasteOf(productOf(edge)) === 2);
    expect(raised.length).toBeGreaterThan(0);
    for (const { node } of list.edges)
      expect(node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(node.score, 6);
    expect(raised[0]!.node.reasons.find(({ code }) => code === 'RULE')!.ru).toBe('Повышено правилом магазина «Spring»');
    await remove(rule!.id);
  });

  test('bind strangers’ lists too', async () => {
    const { rule } = await save({ name: 'Only 3', action: 'ONLY', match: { category: 'Department 3' } });
    const list = await customer('yet another');
    expect(list.pipeline).toBe('POPULAR');
    expect(list.edges.length).toBeGreaterThan(0);
    expect(new Set(list.edges.map(productOf).map(tasteOf))).toEqual(new Set([3]));
    await remove(rule!.id);
  });

  test('outside their time and place do nothing', async () => {
    const plain = await customer('C5');
    const rules = [
      await save({ name: 'off', action: 'EXCLUDE', match: { category: 'Department 1' }, enabled: false }),
      await save({
        name: 'over',
        action: 'EXCLUDE',
        match: { category: 'Department 1' },
        endsAt: '2020-01-01T00:00:00Z',
      }),
      await save({
        name: 'elsewhere',
        action: 'EXCLUDE',
        match: { category: 'Department 1' },
        placements: ['BUY_AGAIN'],
      }),
    ];
    expect((await customer('C5')).edges.map(productOf)).toEqual(plain.edges.map(productOf));
    for (const { rule } of rules) await remove(rule!.id);
  });

  test('let owned products in where they say so', async () => {
    const owned = await customer('C5', '(first: 50, placement: BUY_AGAIN)');
    const { rule } = await save({ name: 'Staples', action: 'ALLOW_OWNED', match: { category: 'Department 1' } });
    const shown = new Set((await customer('C5', '(first: 100)')).edges.map(productOf));
    expect(owned.edges.map(productOf).filter((one) => tasteOf(one) === 1 && shown.has(one)).length).toBeGreaterThan(0);
    await remove(rule!.id);
  });

  test('are tried on a customer before they are saved', async () => {
    const plain = await customer('C5');
    const { previewMerchandisingRule: preview } = await shop.ask<{
      previewMerchandisingRule: { before: Page; after: Page };
    }>(
      `query ($of: ID!, $rule: MerchandisingRuleInput!) { previewMerchandisingRule(customer: $of, rule: $rule) {
         ... on MerchandisingPreview { before ${page} after ${page} } } }`,
      {
        of: toGlobalId('Customer', 'u:C5'),
        rule: { name: 'Try', action: 'AT_MOST', count: 1, of: 4, perCategory: true, startsAt: '2099-01-01T00:00:00Z' },
      },
    );
    expect(preview.before.edges.map(productOf)).toEqual(plain.edges.map(productOf));
    expect(new Set(preview.after.edges.slice(0, 4).map(productOf).map(tasteOf)).size).toBe(4);
    expect(preview.after.rules.some(({ effect }) => effect === 'HELD_BACK')).toBe(true);
    expect((await customer('C5')).edges.map(productOf)).toEqual(plain.edges.map(productOf));
  });

  test.each([
    ['rule.name', { name: ' ', action: 'ONLY', match: { brand: 'x' } }],
    ['rule.name', { name: 'a\u0000', action: 'ONLY', match: { brand: 'x' } }],
    ['rule.name', { name: 'a\ud800', action: 'ONLY', match: { brand: 'x' } }],
    ['rule.match.brand', { name: 'a', action: 'ONLY', match: { brand: '\udc00' } }],
    ['rule.match', { name: 'a', action: 'EXCLUDE' }],
    ['rule.match.products', { name: 'a', action: 'PIN', slot: 1, match: { products: ['nonsense'] } }],
    ['rule.match.products', { name: 'a', action: 'ONLY', match: { products: [] } }],
    ['rule.match.marginFrom', { name: 'a', action: 'ONLY', match: { marginFrom: 30 } }],
    ['rule.match.marginTo', { name: 'a', action: 'ONLY', match: { marginFrom: 0.3, marginTo: 0.2 } }],
    ['rule.match.priceToMinor', { name: 'a', action: 'ONLY', match: { priceFromMinor: 2, priceToMinor: 1 } }],
    ['rule.match.category', { name: 'a', action: 'ONLY', match: { category: '' } }],
    ['rule.slot', { name: 'a', action: 'PIN', match: { brand: 'x' } }],
    ['rule.factor', { name: 'a', action: 'BOOST', factor: 0, match: { brand: 'x' } }],
    ['rule.count', { name: 'a', action: 'AT_MOST', of: 3, count: 4, match: { brand: 'x' } }],
    ['rule.of', { name: 'a', action: 'AT_LEAST', of: 1000, count: 4, match: { brand: 'x' } }],
    [
      'rule.endsAt',
      {
        name: 'a',
        action: 'ONLY',
        match: { brand: 'x' },
        startsAt: '2030-01-01T00:00:00Z',
        endsAt: '2029-01-01T00:00:00Z',
      },
    ],
  ])('that cannot be kept are refused at %s', async (path, rule) => {
    expect(await save(rule)).toMatchObject({ __typename: 'InvalidInput', path });
  });

  test('that do not exist are not found', async () => {
    const rule = { name: 'a', action: 'ONLY', match: { brand: 'x' } };
    expect(await save(rule, toGlobalId('MerchandisingRule', '6f1c0a52-1111-4222-8333-123456789abc'))).toMatchObject({
      __typename: 'NotFound',
    });
    expect(await save(rule, 'nonsense')).toMatchObject({ __typename: 'NotFound' });
    expect(await remove('nonsense')).toEqual({ deleteMerchandisingRule: { __typename: 'NotFound' } });
  });

  test('are listed and changed', async () => {
    const { rule } = await save({ name: 'One', action: 'ONLY', match: { category: 'Department 1' } });
    await save({ name: 'Two', action: 'BOOST', factor: 2, priority: 5, match: { category: 'Department 1' } }, rule!.id);
    const { merchandisingRules } = await shop.ask<{ merchandisingRules: object[] }>(
      '{ merchandisingRules { id name action factor slot priority enabled placements match { category brand products { id } } } }',
    );
    expect(merchandisingRules).toEqual([
      {
        id: rule!.id,
        name: 'Two',
        action: 'BOOST',
        factor: 2,
        slot: null,
        priority: 5,
        enabled: true,
        placements: [],
        match: { category: 'Department 1', brand: null, products: null },
      },
    ]);
    await remove(rule!.id);
  });
});

test('lists asked for while a rule is saved and a model is fitted are never empty, and break no rule', async () => {
  const { saveMerchandisingRule } = await shop.ask<{ saveMerchandisingRule: { rule: { id: string } } }>(
    `mutation { saveMerchandisingRule(rule: { name: "no 0", action: EXCLUDE, match: { category: "Department 0" } }) {
       ... on MerchandisingRuleSaved { rule { id } } } }`,
  );
  expect(saveMerchandisingRule.rule.id).toBeTruthy();
  const fitting = train();
  let asked = 0;
  let done = false;
  void fitting.finally(() => {
    done = true;
  });
  const versions = new Set<number | undefined>();
  while (!done || asked < 200) {
    const lists = await Promise.all(
      Array.from({ length: 20 }, (_, i) => customer(`C${(asked + i) % 240}`, '(first: 20)')),
    );
    for (const list of lists) {
      asked++;
      versions.add(list.model?.version);
      expect(list.edges).toHaveLength(20);
      expect(list.edges.map(productOf).map(tasteOf)).not.toContain(0);
    }
  }
  expect(await fitting).toMatchObject({ status: 'SUCCEEDED', served: true });
  expect((await customer('C1')).model!.version).toBe(2);
  expect(versions.size).toBeGreaterThanOrEqual(1);
});
