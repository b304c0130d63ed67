import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MerchandisingRuleInput } from '../../../subgraphs/recommendations/src/generated/resolvers.ts';
import { recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';
import { at, catalogue, marginOf, orders, type Page, page, productOf, seen } from './planted-log.ts';
import { complementOf, plantedProducts, tasteOf } from './planted-shop.ts';

/** Countries of the planted customers: two large ones, whose customers have tastes of their own, and one with a single customer. */
const countryOf = (customer: number): string => (customer === 7 ? 'MT' : customer % 4 < 2 ? 'DE' : 'FR');
const accounts: IncomingEvent[] = Array.from({ length: 240 }, (_, customer) => ({
  type: 'identify',
  messageId: `account ${customer}`,
  userId: `C${customer}`,
  originalTimestamp: at(950),
  traits: { address: { country: countryOf(customer) } },
}));
const account = (
  userId: string,
  traits: Record<string, unknown>,
  context: Record<string, unknown> = {},
): IncomingEvent => ({
  type: 'identify',
  messageId: `account ${userId}`,
  userId,
  originalTimestamp: at(1299.9),
  traits,
  context,
});
let changes = 0;
const upsert = (product: number, properties: object): IncomingEvent => {
  changes++;
  return {
    ...catalogue[product]!,
    messageId: `change ${changes}`,
    originalTimestamp: at(1299.9 + changes / 1e6),
    properties: { product_id: `P${product}`, ...properties },
  };
};

let shop: OpenSubgraph;
const send = async (...events: IncomingEvent[]): Promise<void> => {
  const verdicts = await shop.send(events);
  expect(verdicts.filter(({ verdict }) => verdict === 'REJECTED')).toEqual([]);
  await shop.projector.catchUp();
};
const entity = async (type: string, id: string, field: string): Promise<Page> => {
  const { _entities } = await shop.ask<{ _entities: Record<string, Page>[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} ${page} } } }`,
    { of: [{ __typename: type, id: toGlobalId(type, id) }] },
  );
  return _entities[0]![field.replace(/\(.*/, '')]!;
};
const query = async (field: string): Promise<Page> =>
  (await shop.ask<Record<string, Page>>(`{ ${field} ${page} }`))[field.replace(/\(.*/s, '')]!;
const cart = (args: string): string =>
  `recommendFor(products: ["${toGlobalId('Product', 'P41')}", "${toGlobalId('Product', 'P45')}"], ${args})`;

/** Every kind of list there is, asked for by name. */
const lists: Readonly<Record<string, (first: number) => Promise<Page>>> = {
  'HOME of a customer': (first) => entity('Customer', 'u:C5', `recommendations(first: ${first})`),
  'BUY_AGAIN of a customer': (first) =>
    entity('Customer', 'u:C5', `recommendations(placement: BUY_AGAIN, first: ${first})`),
  'EMAIL to a customer': (first) => entity('Customer', 'u:C5', `recommendations(placement: EMAIL, first: ${first})`),
  'WIN_BACK of a customer': (first) =>
    entity('Customer', 'u:C5', `recommendations(placement: WIN_BACK, first: ${first})`),
  'HOME of a stranger': (first) => entity('Customer', 'u:nobody', `recommendations(first: ${first})`),
  'similar products': (first) => entity('Product', 'P41', `similar(first: ${first})`),
  'products bought together': (first) => entity('Product', 'P41', `boughtTogether(first: ${first})`),
  'what trends in a category': (first) => entity('Category', 'Department 1', `trending(first: ${first})`),
  'what sells best': (first) => query(`popularProducts(first: ${first})`),
  'what goes with a cart': (first) => query(cart(`first: ${first}`)),
};

type Wanted = Partial<MerchandisingRuleInput> & Pick<MerchandisingRuleInput, 'action'>;
const save = async (rule: Wanted): Promise<string> => {
  const { saveMerchandisingRule } = await shop.ask<{ saveMerchandisingRule: { rule?: { id: string } } }>(
    `mutation ($rule: MerchandisingRuleInput!) { saveMerchandisingRule(rule: $rule) {
       ... on MerchandisingRuleSaved { rule { id } } ... on InvalidInput { path message } } }`,
    { rule: { name: 'A rule', ...rule } },
  );
  const { rule: saved } = saveMerchandisingRule;
  if (!saved) throw new Error(JSON.stringify(saveMerchandisingRule));
  return saved.id;
};
const remove = (id: string) =>
  shop.ask('mutation ($id: ID!) { deleteMerchandisingRule(id: $id) { __typename } }', { id });
const under = async <T>(rules: readonly Wanted[], work: () => Promise<T>): Promise<T> => {
  const ids: string[] = [];
  try {
    for (const rule of rules) ids.push(await save(rule));
    return await work();
  } finally {
    for (const id of ids) await remove(id);
  }
};
const sumOf = ({ reasons }: Page['edges'][number]['node']): number =>
  reasons.reduce((sum, { weight }) => sum + weight, 0);

beforeAll(async () => {
  shop = await openSubgraph(recommendations);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
  await send(...accounts, ...catalogue, ...orders());
  await using estimators = createEstimatorPool(1);
  const outcome = await trainModel({
    subgraph: 'recommendations',
    model: recommendations.models[0]!,
    db: shop.db,
    estimators,
    log: silentLog,
  });
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', served: true });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe.each(Object.keys(lists))('%s', (name) => {
  const list = lists[name]!;

  test('shows nothing that a rule excludes, and says which rule it was', async () => {
    const before = (await list(100)).edges.map(productOf);
    const [gone] = before;
    const match = { products: [toGlobalId('Product', `P${gone}`)] };
    const after = await under([{ name: 'Not this', action: 'EXCLUDE', match }], () => list(100));
    expect(after.edges.length).toBeGreaterThanOrEqual(before.length - 1);
    expect(after.edges.map(productOf)).not.toContain(gone);
    expect(after.rules).toContainEqual({
      ruleName: 'Not this',
      effect: 'EXCLUDED',
      product: { id: toGlobalId('Product', `P${gone}`) },
    });
    expect((await list(3)).edges.map(productOf)).toContain(gone);
  });

  test('follows boosts, with reasons that still add up', async () => {
    const plain = await list(100);
    const last = productOf(plain.edges.at(-1)!);
    const match = { products: [toGlobalId('Product', `P${last}`)] };
    const raised = await under([{ name: 'Spring', action: 'BOOST', factor: 100, match }], () => list(100));
    const at = raised.edges.findIndex((edge) => productOf(edge) === last);
    expect(at).toBeLessThan(Math.max(1, plain.edges.length - 1));
    expect(raised.edges[at]!.node.reasons.some(({ en }) => en.includes('“Spring”'))).toBe(true);
    for (const { node } of [...plain.edges, ...raised.edges]) expect(sumOf(node)).toBeCloseTo(node.score, 6);
  });

  test('is limited', async () => {
    const limited = await under([{ action: 'AT_MOST', count: 1, of: 5, match: { priceToMinor: 1e9 } }], () => list(5));
    expect(limited.edges.length).toBe(1);
  });

  test('loses what is sold out at once, and has it back as soon', async () => {
    const head = (await list(2)).edges.map(productOf);
    await send(...head.map((product) => upsert(product, { stock: 0 })));
    const shown = (await list(100)).edges.map(productOf);
    for (const product of head) expect(shown).not.toContain(product);
    await send(...head.map((product) => upsert(product, { stock: 5 })));
    expect((await list(2)).edges.map(productOf)).toEqual(head);
  });
});

describe('whatever the rules', () => {
  const match = fc.record(
    {
      category: fc.constantFrom('Department 0', 'Department 1', 'Department 2'),
      priceToMinor: fc.integer({ min: 3000, max: 4200 }),
      priceFromMinor: fc.integer({ min: 900, max: 3000 }),
      marginFrom: fc.constantFrom(-0.1, 0.1, 0.3),
      marginTo: fc.constantFrom(0.3, 0.5, 1),
      products: fc.uniqueArray(fc.nat(plantedProducts - 1), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['priceFromMinor'] },
  );
  const rule = fc.tuple(
    match,
    fc.oneof(
      fc.constant({ action: 'EXCLUDE' as const }),
      fc.constant({ action: 'ONLY' as const }),
      fc.record({ action: fc.constant('PIN' as const), slot: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ action: fc.constant('BOOST' as const), factor: fc.constantFrom(0.1, 3, 50) }),
      fc.record({
        action: fc.constant('AT_MOST' as const),
        count: fc.integer({ min: 0, max: 3 }),
        of: fc.integer({ min: 3, max: 12 }),
        perCategory: fc.boolean(),
      }),
    ),
  );
  type Match = {
    category?: string;
    priceToMinor?: number;
    priceFromMinor?: number;
    marginFrom?: number;
    marginTo?: number;
    products?: number[];
  };
  const isAbout = (about: Match, product: number): boolean =>
    (about.category === undefined || about.category === `Department ${tasteOf(product)}`) &&
    (about.priceToMinor === undefined || 1000 + 10 * product <= about.priceToMinor) &&
    (about.priceFromMinor === undefined || 1000 + 10 * product >= about.priceFromMinor) &&
    (about.marginFrom === undefined || (marginOf(product) ?? Number.NaN) >= about.marginFrom) &&
    (about.marginTo === undefined || (marginOf(product) ?? Number.NaN) <= about.marginTo) &&
    (about.products === undefined || about.products.includes(product));
  const toInput = ({ products, ...about }: Match): MerchandisingRuleInput['match'] => ({
    ...about,
    ...(products ? { products: products.map((product) => toGlobalId('Product', `P${product}`)) } : {}),
  });

  test('no list of any kind breaks one, and every product that moved has a rule to its name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 3 }), async (drawn) => {
        const rules = drawn.map(([about, what], i) => ({
          name: `R${i}`,
          ...what,
          match: toInput(about as Match),
        }));
        const pages = await under(rules, () => Promise.all(Object.values(lists).map((list) => list(12))));
        for (const { edges, rules: trace } of pages) {
          const shown = edges.map(productOf);
          expect(new Set(shown).size).toBe(shown.length);
          for (const [about, what] of drawn) {
            const met = shown.map((product) => isAbout(about as Match, product));
            if (what.action === 'EXCLUDE') expect(met).not.toContain(true);
            if (what.action === 'ONLY') expect(met).not.toContain(false);
            if (what.action === 'AT_MOST') {
              const counts = new Map<number, number>();
              for (const product of shown.slice(0, what.of)) {
                if (!isAbout(about as Match, product)) continue;
                const group = what.perCategory ? tasteOf(product) : 0;
                counts.set(group, (counts.get(group) ?? 0) + 1);
              }
              for (const count of counts.values()) expect(count).toBeLessThanOrEqual(what.count);
            }
          }
          for (const { node } of edges) {
            expect(sumOf(node)).toBeCloseTo(node.score, 6);
            if (node.reasons.some(({ en }) => en.startsWith('Placed by'))) {
              expect(trace.map(({ product }) => product.id)).toContain(node.product.id);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a pin on a product’s page', () => {
  test('brings what has nothing to do with the product, and only to its slot', async () => {
    const pinned = toGlobalId('Product', 'P2');
    const rule: Wanted = { name: 'Look', action: 'PIN', slot: 2, match: { products: [pinned] } };
    const plain = await entity('Product', 'P41', 'boughtTogether(first: 100)');
    const list = await under([{ ...rule, placements: ['PRODUCT'] }], () =>
      entity('Product', 'P41', 'boughtTogether(first: 100)'),
    );
    expect(list.edges[1]!.node).toMatchObject({
      product: { id: pinned },
      score: 0,
      reasons: [{ code: 'RULE', ru: 'Поставлено правилом магазина «Look»' }],
    });
    expect(list.edges).toHaveLength(plain.edges.length + 1);
    expect(list.rules).toContainEqual({ ruleName: 'Look', effect: 'PINNED', product: { id: pinned } });
    const elsewhere = await under([{ ...rule, placements: ['EMAIL'] }], () =>
      entity('Product', 'P41', 'boughtTogether(first: 100)'),
    );
    expect(elsewhere.edges.map(productOf)).toEqual(plain.edges.map(productOf));
  });
});

describe('a product that is sold in some countries only', () => {
  test('is shown to nobody elsewhere, and to whoever may live anywhere', async () => {
    const [only] = (await entity('Customer', 'u:C5', 'recommendations(first: 1)')).edges.map(productOf);
    const besides = tasteOf(only!) === 1 ? complementOf(only!) : only!;
    await send(upsert(only!, { countries: ['FR'] }), upsert(besides, { countries: ['FR'] }));
    const shown = async (type: string, id: string, field: string) =>
      (await entity(type, id, field)).edges.map(productOf);
    for (const field of ['recommendations(first: 100)', 'recommendations(placement: EMAIL, first: 100)'])
      expect(await shown('Customer', 'u:C5', field)).not.toContain(only);
    const beside = `P${complementOf(only!)}`;
    expect(await shown('Product', beside, 'similar(first: 100, country: "de")')).not.toContain(only);
    expect(await shown('Product', beside, 'similar(first: 100, country: "FR")')).toContain(only);
    expect(await shown('Product', beside, 'similar(first: 100)')).toContain(only);
    expect((await query('popularProducts(first: 100, country: "DE")')).edges.map(productOf)).not.toContain(only);
    expect((await query(cart('first: 100, country: "DE"'))).edges.map(productOf)).not.toContain(only);
    // A browser's language is no ground for keeping a product from somebody.
    await send(account('reader', {}, { locale: 'de-DE' }), seen('reader', complementOf(only!), 1299.95));
    expect(await shown('Customer', 'u:reader', 'recommendations(first: 100)')).toContain(only);
    await send(upsert(only!, { countries: [] }), upsert(besides, { countries: [] }));
    expect(await shown('Customer', 'u:C5', 'recommendations(first: 100)')).toContain(only);
  });

  test('a country that is none is refused with the remedy', async () => {
    const { errors } = await shop.execute('{ popularProducts(country: "Germany") { pipeline } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'country' });
  });
});

describe('a customer of whom only the country is known', () => {
  beforeAll(() =>
    send(
      account('german', { address: { country: 'DE' } }),
      account('french', { address: { country: 'fr' } }),
      account('maltese', { address: { country: 'MT' } }),
      account('elsewhere', { address: { country: 'JP' } }),
      account('speaker', {}, { locale: 'fr-FR' }),
    ),
  );
  const list = (userId: string) => entity('Customer', `u:${userId}`, 'recommendations(first: 20)');
  const shareOf = (page: Page, tastes: readonly number[]): number =>
    page.edges.filter((edge) => tastes.includes(tasteOf(productOf(edge)))).length / page.edges.length;

  test('gets what sells there, with how many bought it there, and is told so', async () => {
    const [german, french, speaker] = await Promise.all([list('german'), list('french'), list('speaker')]);
    expect(german).toMatchObject({ pipeline: 'POPULAR', unavailable: { code: 'NOT_ENOUGH_DATA' } });
    expect(german.unavailable!.text).toContain('Germany');
    expect(shareOf(german, [0, 1])).toBeGreaterThanOrEqual(0.8);
    expect(shareOf(french, [2, 3])).toBeGreaterThanOrEqual(0.8);
    expect(speaker.edges.map(productOf)).toEqual(french.edges.map(productOf));
    for (const { node } of german.edges) {
      expect(sumOf(node)).toBeCloseTo(node.score, 9);
      const { en, ru, weight } = node.reasons.find(({ code }) => code === 'POPULAR_IN_COUNTRY')!;
      expect(en).toMatch(/^Germany: bought by \d+, counted as \d\.\d times its popularity in the whole shop/);
      expect(ru).toMatch(/^Германия: \d+ покупател/);
      expect(Number.isFinite(weight)).toBe(true);
    }
    expect(german.edges[0]!.node.reasons.find(({ code }) => code === 'POPULAR_IN_COUNTRY')!.weight).toBeGreaterThan(0);
  });

  test('of a country with few orders gets the shop’s list almost, and is told why', async () => {
    const [shopwide, maltese] = await Promise.all([query('popularProducts(first: 20)'), list('maltese')]);
    const common = maltese.edges.filter((edge) =>
      shopwide.edges.some(({ node }) => node.product.id === edge.node.product.id),
    );
    expect(common.length).toBeGreaterThanOrEqual(10);
    expect(maltese.edges[0]!.node.reasons.some(({ en }) => en.includes('few orders are known from there'))).toBe(true);
  });

  test('of a country without orders gets the shop’s list', async () => {
    const [shopwide, elsewhere] = await Promise.all([query('popularProducts(first: 20)'), list('elsewhere')]);
    expect(elsewhere.edges.map(productOf)).toEqual(shopwide.edges.map(productOf));
    expect(elsewhere.edges[0]!.node.reasons.map(({ code }) => code)).toEqual(['POPULAR']);
  });
});

describe('placements', () => {
  test('differ: new ones, known ones, both in turn', async () => {
    const { rows } = await shop.db.query<{ id: string }>(
      "SELECT DISTINCT product_id AS id FROM recommendations.interaction WHERE customer_key = 'u:C5' AND kind = 0",
    );
    const owned = new Set(rows.map(({ id }) => id));
    const pattern = async (placement: string) =>
      (await entity('Customer', 'u:C5', `recommendations(placement: ${placement}, first: 9)`)).edges
        .map((edge) => (owned.has(`P${productOf(edge)}`) ? 'o' : 'n'))
        .join('');
    expect(await pattern('HOME')).toBe('nnnnnnnnn');
    expect(await pattern('PRODUCT')).toBe('nnnnnnnnn');
    expect(await pattern('BUY_AGAIN')).toBe('ooooooooo');
    expect(await pattern('EMAIL')).toBe('nnonnonno');
    expect(await pattern('CART')).toBe('nnonnonno');
    expect(await pattern('WIN_BACK')).toBe('onononono');
  });

  test('beside the customer’s own cart, what completes it comes first, and not what lies in it', async () => {
    const added = 43;
    const before = await entity('Customer', 'u:C2', 'recommendations(placement: CART, first: 3)');
    expect(before.edges.map(productOf)).not.toContain(complementOf(added));
    await send(seen('C2', added, 1299.98, 'Product Added'));
    const after = await entity('Customer', 'u:C2', 'recommendations(placement: CART, first: 100)');
    expect(after.edges.slice(0, 2).map(productOf)).toContain(complementOf(added));
    expect(after.edges.map(productOf)).not.toContain(added);
    const reason = after.edges.find((edge) => productOf(edge) === complementOf(added))!.node.reasons[0]!;
    expect(reason.en).toBe(`Often bought together with “Thing ${added}”, in the cart`);
  });

  test('stand in the id of a list and in what came of it', async () => {
    const { recommendationId, edges } = await entity('Customer', 'u:C9', 'recommendations(placement: EMAIL, first: 2)');
    expect(recommendationId).toMatch(/^EMAIL\.HYBRID\.1\./);
    await send({
      type: 'track',
      event: 'Product List Viewed',
      messageId: 'mail opened',
      userId: 'C9',
      originalTimestamp: at(1299.99),
      properties: {
        recommendation_id: recommendationId,
        products: edges.map((edge) => ({ product_id: `P${productOf(edge)}` })),
      },
    });
    const { recommendationPerformance } = await shop.ask<{ recommendationPerformance: object[] }>(
      '{ recommendationPerformance { placement pipeline impressions } }',
    );
    expect(recommendationPerformance).toEqual([{ placement: 'EMAIL', pipeline: 'HYBRID', impressions: 2 }]);
  });
});

test('lists of every kind that are asked for while a rule is saved and a model is fitted break no rule and are not empty', async () => {
  await using estimators = createEstimatorPool(1);
  const fitting = trainModel({
    subgraph: 'recommendations',
    model: recommendations.models[0]!,
    db: shop.db,
    estimators,
    log: silentLog,
  });
  let isFitting = true;
  void fitting.finally(() => {
    isFitting = false;
  });
  let isRuled = false;
  let underRule = 0;
  let saving: Promise<string> | undefined;
  for (let round = 0; isFitting || underRule < 5; round++) {
    if (round === 3) {
      saving = save({ name: 'Not the cheap ones', action: 'EXCLUDE', match: { priceToMinor: 1800 } });
      void saving.then(() => {
        isRuled = true;
      });
    }
    // Whether a list is bound is known when it is asked for: a rule holds from the moment that its saving is answered.
    const wasRuled = isRuled;
    const pages = await Promise.all(Object.values(lists).map((list) => list(10)));
    if (wasRuled) underRule++;
    for (const { edges, pipeline } of pages) {
      // A product may have no partner that is left.
      if (pipeline !== 'CO_PURCHASE') expect(edges.length).toBeGreaterThan(0);
      if (wasRuled) for (const edge of edges) expect(productOf(edge)).toBeGreaterThan(80);
    }
  }
  expect(await fitting).toMatchObject({ status: 'SUCCEEDED', served: true });
  await remove(await saving!);
  expect((await lists['HOME of a customer']!(3)).model!.version).toBe(2);
});
