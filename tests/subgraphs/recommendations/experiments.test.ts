import { appendEvents } from '@cda/platform/events/append.ts';
import { assignVariant } from '@cda/platform/experiments/assignment.ts';
import { type ExperimentState, experimentEvents, experimentLogKey } from '@cda/platform/experiments/experiment.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { draft } from '../../../subgraphs/recommendations/src/serving/draft.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';
import { at, catalogue, orders, type Page, page, productOf } from './planted-log.ts';

const items = (...ids: string[]): { productId: string }[] => ids.map((productId) => ({ productId }));

describe('the draft', () => {
  test('takes from each list in its order, no product twice, as many of one side as of the other while both have some', () => {
    const random = createRandom(1);
    for (let run = 0; run < 200; run++) {
      const a = items(...random.shuffle(['a', 'b', 'c', 'd', 'e', 'f']));
      const b = items(...random.shuffle(['d', 'e', 'f', 'g', 'h', 'i']));
      const out = draft(a, b, random);
      expect(new Set(out.map(({ productId }) => productId)).size).toBe(9);
      expect(out).toHaveLength(9);
      for (const [list, side] of [
        [a, 'A'],
        [b, 'B'],
      ] as const) {
        const picked = out.filter((item) => item.side === side).map(({ productId }) => productId);
        const places = picked.map((id) => list.findIndex(({ productId }) => productId === id));
        expect(places).toEqual(places.toSorted((x, y) => x - y));
      }
      for (const length of [2, 4, 6]) {
        expect(out.slice(0, length).filter(({ side }) => side === 'A')).toHaveLength(length / 2);
      }
    }
  });

  test('gives what both put first to either side in half of the cases', () => {
    const random = createRandom(2);
    let toA = 0;
    for (let run = 0; run < 4_000; run++) if (draft(items('x', 'y'), items('x', 'z'), random)[0]!.side === 'A') toA++;
    // 3.3 standard errors of a fair coin.
    expect(Math.abs(toA / 4_000 - 0.5)).toBeLessThan(0.026);
  });
});

interface ServedPage extends Page {
  experiment: { experiment: { id: string }; variant: string | null } | null;
  edges: (Page['edges'][number] & { node: { variant: string | null } })[];
}

let shop: OpenSubgraph;
const withVariants = page
  .replace('rank score', 'rank score variant')
  .replace(/ }$/, ' experiment { experiment { id } variant } }');
const lists = async (userIds: readonly string[], args = '(first: 10)', kind = 'u'): Promise<ServedPage[]> => {
  const { _entities } = await shop.ask<{ _entities: { recommendations: ServedPage }[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations${args} ${withVariants} } } }`,
    { of: userIds.map((userId) => ({ __typename: 'Customer', id: toGlobalId('Customer', `${kind}:${userId}`) })) },
  );
  return _entities.map((entity) => entity.recommendations);
};

const baseState: ExperimentState = {
  experiment_id: 'personal-or-popular',
  revision: 1,
  status: 'RUNNING',
  kind: 'RECOMMENDATIONS',
  name: 'Personal or popular',
  hypothesis: '',
  placement: 'HOME',
  variants: [
    { key: 'personal', name: 'Personal', weight: 1, pipeline: 'HYBRID', diversity: 0 },
    { key: 'popular', name: 'Popular', weight: 1, pipeline: 'POPULAR', diversity: 0 },
  ],
  audience_share: 1,
  primary_metric: 'CONVERSION',
  secondary_metrics: [],
  guard_metrics: [],
  minimum_effect: 0.1,
  window_days: 14,
  created_at: at(1300),
  started_at: at(1300),
  stopped_at: null,
  changed_by: 'test',
};
const state = (changes: Partial<ExperimentState>): ExperimentState => ({ ...baseState, ...changes });
const tell = async (told: ExperimentState): Promise<void> => {
  await appendEvents(
    shop.ingest,
    [
      {
        customer_key: experimentLogKey(told.experiment_id),
        message_id: String(told.revision),
        type: 'track',
        name: experimentEvents.started,
        occurred_at: at(1300),
        user_id: null,
        anonymous_id: null,
        properties: told,
        context: {},
      },
    ],
    { receivedAt: new Date(), source: 'graph' },
  );
  await shop.projector.catchUp();
};
const customers = Array.from({ length: 40 }, (_, i) => `C${i}`);
const variantOf = (userId: string): string | null =>
  assignVariant({ key: 'personal-or-popular', audienceShare: 1, variants: baseState.variants }, `u:${userId}`);

describe('a list under an experiment', () => {
  beforeAll(async () => {
    shop = await openSubgraph(recommendations);
    await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
    await shop.send([...catalogue, ...orders()]);
    await shop.projector.catchUp();
    await using estimators = createEstimatorPool(1);
    const model = recommendations.models[0]!;
    const outcome = await trainModel({ subgraph: 'recommendations', model, db: shop.db, estimators, log: silentLog });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', served: true });
  }, 120_000);
  afterAll(() => shop?.[Symbol.asyncDispose]());

  test('is the usual one while none runs', async () => {
    const [list] = await lists(['C5']);
    expect(list).toMatchObject({ experiment: null, pipeline: 'HYBRID' });
    expect(list!.recommendationId.split('.')).toHaveLength(4);
  });

  test('is that of the person’s variant, and its id says so', async () => {
    await tell(state({}));
    const served = await lists(customers);
    for (const [i, list] of served.entries()) {
      const variant = variantOf(customers[i]!)!;
      expect(list.experiment).toEqual({
        experiment: { id: toGlobalId('Experiment', 'personal-or-popular') },
        variant,
      });
      expect(list.pipeline).toBe(variant === 'personal' ? 'HYBRID' : 'POPULAR');
      expect(list.unavailable).toBeNull();
      expect(list.recommendationId).toMatch(
        new RegExp(`^HOME[.][A-Z]+[.]\\d+[.][0-9a-f-]{36}[.]personal-or-popular[.]${variant}$`),
      );
    }
    expect(new Set(served.map(({ pipeline }) => pipeline)).size).toBe(2);
    // What a customer owns is in neither of the two.
    const { rows } = await shop.db.query<{ customer_key: string; product_id: string }>(
      'SELECT customer_key, product_id FROM recommendations.interaction WHERE kind = 0',
    );
    const owned = new Set(rows.map((row) => `${row.customer_key} ${row.product_id}`));
    for (const [i, list] of served.entries())
      for (const edge of list.edges) expect(owned.has(`u:${customers[i]} P${productOf(edge)}`)).toBe(false);
  });

  test('is the usual one of whom nothing is known, of other placements, and of those outside the audience', async () => {
    const [stranger] = await lists(['nobody']);
    expect(stranger).toMatchObject({ experiment: null, unavailable: { code: 'NOT_ENOUGH_DATA' } });
    const [cart] = await lists(['C5'], '(first: 10, placement: CART)');
    expect(cart!.experiment).toBeNull();
    await tell(state({ revision: 2, audience_share: 0.2 }));
    const inside = (await lists(customers)).filter(({ experiment }) => experiment !== null);
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.length).toBeLessThan(20);
    await tell(state({ revision: 3 }));
  });

  test('goes on with what the person was shown first, also after they signed in on another device', async () => {
    const userId = customers.find((one) => variantOf(one) === 'personal')!;
    const uuid = '00000000-0000-4000-8000-000000000001';
    await shop.send([
      {
        type: 'track',
        event: 'Product List Viewed',
        messageId: 'seen on the phone',
        anonymousId: 'phone',
        originalTimestamp: at(1300),
        properties: { recommendation_id: `HOME.POPULAR.0.${uuid}.personal-or-popular.popular` },
      },
      { type: 'alias', messageId: 'signs in', userId, previousId: 'phone', originalTimestamp: at(1300) },
    ]);
    await shop.projector.catchUp();
    for (const [list] of [await lists([userId]), await lists(['phone'], '(first: 10)', 'a')])
      expect(list!.experiment).toMatchObject({ variant: 'popular' });
  });

  test('counts for its pipeline in what came of lists', async () => {
    const [list] = await lists(['C5']);
    await shop.send([
      {
        type: 'track',
        event: 'Product List Viewed',
        messageId: 'seen by C5',
        userId: 'C5',
        originalTimestamp: at(1300),
        properties: { recommendation_id: list!.recommendationId, products: [{ product_id: 'P1' }] },
      },
    ]);
    await shop.projector.catchUp();
    const { recommendationPerformance } = await shop.ask<{
      recommendationPerformance: { pipeline: string; lists: number }[];
    }>('{ recommendationPerformance(days: 300) { pipeline lists } }');
    expect(recommendationPerformance.find(({ pipeline }) => pipeline === list!.pipeline)?.lists).toBeGreaterThan(0);
  });

  describe('of two sides', () => {
    beforeAll(async () => {
      await tell(state({ revision: 4, status: 'STOPPED', stopped_at: at(1300) }));
      await tell(state({ experiment_id: 'two-sides', kind: 'INTERLEAVING', primary_metric: 'CLICKED' }));
    });

    test('holds as many products of one as of the other, each with its side, in the list’s id too', async () => {
      const [list] = await lists(['C5']);
      expect(list).toMatchObject({ pipeline: 'INTERLEAVED', experiment: { variant: null } });
      const sides = list!.edges.map(({ node }) => node.variant);
      expect(sides.filter((side) => side === 'personal')).toHaveLength(5);
      expect(sides.filter((side) => side === 'popular')).toHaveLength(5);
      expect(list!.recommendationId).toMatch(/[.]two-sides[.]A[0-9a-f]{15}[.]B[0-9a-f]{15}$/);
      for (const { node } of list!.edges)
        expect(node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(node.score, 6);
    });

    test('goes on where its first page ended', async () => {
      const [whole] = await lists(['C7'], '(first: 12)');
      const [first] = await lists(['C7'], '(first: 6)');
      const [second] = await lists(['C7'], `(first: 6, after: "${first!.pageInfo.endCursor}")`);
      expect([...first!.edges, ...second!.edges].map(productOf)).toEqual(whole!.edges.map(productOf));
    });

    test('breaks no rule that each side alone would keep: limits hold, and a pin is nobody’s pick', async () => {
      const save = `mutation ($rule: MerchandisingRuleInput!) { saveMerchandisingRule(rule: $rule) { __typename ... on UserError { message } } }`;
      for (const rule of [
        { name: 'Few of a kind', action: 'AT_MOST', count: 2, of: 10, perCategory: true, placements: ['HOME'] },
        {
          name: 'First place',
          action: 'PIN',
          slot: 1,
          placements: ['HOME'],
          match: { products: [toGlobalId('Product', 'P77')] },
        },
      ])
        expect(await shop.ask(save, { rule })).toMatchObject({
          saveMerchandisingRule: { __typename: 'MerchandisingRuleSaved' },
        });
      const { rows } = await shop.db.query<{ product_id: string; category: string }>(
        'SELECT product_id, category FROM recommendations.product',
      );
      const categoryOf = new Map(rows.map((row) => [row.product_id, row.category.split(' > ')[0]!]));
      const owners = new Set(
        (
          await shop.db.query<{ customer_key: string }>(
            "SELECT DISTINCT customer_key FROM recommendations.interaction WHERE product_id = 'P77' AND kind = 0",
          )
        ).rows.map((row) => row.customer_key),
      );
      const people = customers.slice(0, 20).filter((userId) => !owners.has(`u:${userId}`));
      for (const list of await lists(people)) {
        expect(list.pipeline).toBe('INTERLEAVED');
        const counts = new Map<string, number>();
        for (const edge of list.edges) {
          const category = categoryOf.get(`P${productOf(edge)}`)!;
          counts.set(category, (counts.get(category) ?? 0) + 1);
        }
        expect(Math.max(...counts.values())).toBeLessThanOrEqual(2);
        expect(productOf(list.edges[0]!)).toBe(77);
        expect(list.edges[0]!.node.variant).toBeNull();
      }
    });
  });

  test('goes by one part of the model where a variant says so, and its reasons cite what the customer did', async () => {
    await tell(
      state({
        experiment_id: 'one-part',
        placement: 'EMAIL',
        variants: [
          { key: 'taste', name: 'Taste', weight: 1, pipeline: 'COLLABORATIVE', diversity: 0 },
          { key: 'likeness', name: 'Likeness', weight: 1, pipeline: 'CONTENT', diversity: 0 },
        ],
      }),
    );
    const served = await lists(customers, '(first: 6, placement: EMAIL)');
    expect(new Set(served.map(({ pipeline }) => pipeline))).toEqual(new Set(['COLLABORATIVE', 'CONTENT']));
    for (const list of served) {
      expect(list.experiment!.variant).toBe(list.pipeline === 'CONTENT' ? 'likeness' : 'taste');
      expect(list.edges).toHaveLength(6);
      const kinds = new Set<string>();
      for (const { node } of list.edges) {
        expect(node.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(node.score, 6);
        for (const { code } of node.reasons) kinds.add(code);
      }
      expect(kinds.has('BASE')).toBe(false);
      expect(kinds.has(list.pipeline === 'CONTENT' ? 'SIMILAR' : 'SAME_TASTE')).toBe(true);
    }
  });
});
