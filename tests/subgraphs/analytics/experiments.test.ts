import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { assignVariant } from '@cda/platform/experiments/assignment.ts';
import { sidesSuffix, variantSuffix } from '@cda/platform/experiments/list-id.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analytics } from '../../../subgraphs/analytics/src/index.ts';
import { foldLog } from '../fold-log.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';
import { deliverOtherwise, drawEvents } from '../random-shop.ts';

interface Changed {
  __typename: string;
  code?: string;
  path?: string;
  experiment?: { id: string; key: string; status: string; revision: number; startedAt: string | null };
}
const changed = `{ __typename ... on UserError { code path message }
  ... on ExperimentChanged { experiment { id key status revision startedAt stoppedAt } } }`;

const button = {
  key: 'buy-button',
  name: 'Green buy button',
  kind: 'SHOP',
  variants: [
    { key: 'blue', name: 'Blue' },
    { key: 'green', name: 'Green' },
  ],
  minimumEffect: 0.3,
  guardMetrics: ['REFUNDED'],
  secondaryMetrics: ['REVENUE'],
};

const day = 86_400_000;
const start = Date.parse('2026-03-01T12:00:00Z');
const at = (days: number): string => new Date(start + days * day).toISOString();

const viewed = (userId: string, variant: string, days: number, experiment = 'buy-button'): IncomingEvent => ({
  type: 'track',
  event: 'Experiment Viewed',
  messageId: `seen ${experiment} ${userId} ${variant} ${days}`,
  userId,
  originalTimestamp: at(days),
  properties: { experiment_id: experiment, variation_id: variant },
});
const order = (userId: string, days: number, price = 20, event = 'Order Completed'): IncomingEvent => ({
  type: 'track',
  event,
  messageId: `${event} ${userId} ${days}`,
  userId,
  originalTimestamp: at(days),
  properties: { order_id: `${userId} ${days}`, currency: 'EUR', products: [{ product_id: 'p', price, quantity: 1 }] },
});

async function openShop(clock = 'latest_event'): Promise<OpenSubgraph> {
  const shop = await openSubgraph(analytics);
  await shop.setShop({ currency: 'EUR', clock });
  await shop.send([{ type: 'page', messageId: 'first', userId: 'somebody', originalTimestamp: at(0) }]);
  return shop;
}

async function change(shop: OpenSubgraph, mutation: string, variables: Record<string, unknown>): Promise<Changed> {
  const types = mutation.startsWith('saveExperiment') ? '($experiment: ExperimentInput!, $id: ID)' : '($id: ID!)';
  const { change: result } = await shop.ask<{ change: Changed }>(
    `mutation ${types} { change: ${mutation} ${changed} }`,
    variables,
  );
  await shop.projector.catchUp();
  return result;
}
const save = (shop: OpenSubgraph, experiment: object, id?: string): Promise<Changed> =>
  change(shop, 'saveExperiment(id: $id, experiment: $experiment)', { experiment, ...(id ? { id } : {}) });
const step = (shop: OpenSubgraph, name: string, id: string): Promise<Changed> =>
  change(shop, `${name}Experiment(id: $id)`, { id });

const results = `{ key status results { people mixed sampleRatio { pValue warning } asOf
  decision { code variant reasons { code en: text(locale: EN) ru: text(locale: RU) } }
  preferences { by first second ties share { value low high } pValue signTestPValue }
  metrics { metric role varianceReduction unavailable { code text }
    variants { key people positive total mean lift { value low high pValue } probabilityBest harmed } } } }`;

interface Results {
  people: number;
  mixed: number;
  sampleRatio: { pValue: number; warning: boolean };
  decision: { code: string; variant: string | null; reasons: { en: string; ru: string }[] };
  preferences: { by: string; first: number; second: number; ties: number; share: { value: number } | null }[];
  metrics: {
    metric: string;
    role: string;
    unavailable: { code: string } | null;
    variants: {
      key: string;
      people: number;
      positive: number;
      total: number;
      lift: { value: number; low: number; high: number } | null;
      probabilityBest: number | null;
    }[];
  }[];
}
const read = async (shop: OpenSubgraph, id: string): Promise<Results> =>
  (await shop.ask<{ experiment: { results: Results } }>(`query ($id: ID!) { experiment(id: $id) ${results} }`, { id }))
    .experiment.results;

describe('the life of an experiment', () => {
  let shop: OpenSubgraph;
  let id: string;
  beforeAll(async () => {
    shop = await openShop();
    id = (await save(shop, button)).experiment!.id;
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test('begins as a draft without results, under a key that is never used again', async () => {
    expect(await save(shop, button)).toMatchObject({ __typename: 'InvalidInput', code: 'KEY_TAKEN' });
    const { experiments } = await shop.ask<{ experiments: object[] }>(`{ experiments ${results} }`);
    expect(experiments).toEqual([{ key: 'buy-button', status: 'DRAFT', results: null }]);
  });

  test('goes from draft to running, stopped, on again, and into the archive and back; the shop’s clock does not move', async () => {
    const before = await shop.ask('{ shop { asOf } }');
    expect(await step(shop, 'stop', id)).toMatchObject({ code: 'WRONG_STATUS' });
    const started = await step(shop, 'start', id);
    expect(started.experiment).toMatchObject({ status: 'RUNNING', revision: 2, startedAt: at(0) });
    expect(await step(shop, 'start', id)).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await step(shop, 'archive', id)).toMatchObject({ code: 'WRONG_STATUS' });
    expect((await step(shop, 'stop', id)).experiment).toMatchObject({ status: 'STOPPED', stoppedAt: at(0) });
    expect((await step(shop, 'start', id)).experiment).toMatchObject({ startedAt: at(0), stoppedAt: null });
    await step(shop, 'stop', id);
    expect((await step(shop, 'archive', id)).experiment).toMatchObject({ status: 'ARCHIVED' });
    expect(await shop.ask('{ experiments { key } }')).toEqual({ experiments: [] });
    expect((await step(shop, 'restore', id)).experiment).toMatchObject({ status: 'STOPPED' });
    expect(await shop.ask('{ shop { asOf } }')).toEqual(before);
  });

  test('does not let its question be changed once it was started, but its words, and a larger audience', async () => {
    const third = { ...button, variants: [...button.variants, { key: 'red', name: 'Red' }] };
    const heavier = { ...button, variants: button.variants.map((variant, i) => ({ ...variant, weight: i + 1 })) };
    for (const other of [third, heavier, { ...button, minimumEffect: 0.2 }, { ...button, audienceShare: 0.5 }]) {
      expect(await save(shop, other, id)).toMatchObject({ code: 'WRONG_STATUS' });
    }
    expect(await save(shop, { ...button, name: 'A greener button' }, id)).toMatchObject({
      __typename: 'ExperimentChanged',
    });
  });

  test.each([
    [{ key: 'Not a key' }, 'experiment.key'],
    [{ name: ' ' }, 'experiment.name'],
    [{ variants: [button.variants[0]] }, 'experiment.variants'],
    [{ variants: [button.variants[0], button.variants[0]] }, 'experiment.variants.1.key'],
    [{ audienceShare: 0 }, 'experiment.audienceShare'],
    [{ windowDays: 91 }, 'experiment.windowDays'],
    [{ primaryMetric: 'CLICKED' }, 'experiment'],
    [{ guardMetrics: ['CONVERSION'] }, 'experiment'],
    [{ kind: 'RECOMMENDATIONS' }, 'experiment.placement'],
    [{ kind: 'RECOMMENDATIONS', placement: 'HOME' }, 'experiment.variants.0.pipeline'],
  ])('is refused with the place that is wrong: %o', async (wrong, path) => {
    expect(await save(shop, { ...button, key: 'another', ...wrong })).toMatchObject({
      __typename: 'InvalidInput',
      path,
    });
  });

  test('is written by this server alone: senders can neither define nor start one', async () => {
    const [verdict] = await shop.send([
      { type: 'track', event: 'Experiment Started', messageId: 'forged', userId: 'e:buy-button', properties: {} },
    ]);
    expect(verdict).toMatchObject({ verdict: 'REJECTED', rejection: { code: 'INVALID_ENVELOPE', path: 'event' } });
  });

  test('two changes of one revision: the first holds, the second is told', async () => {
    const own = (await save(shop, { ...button, key: 'contended' })).experiment!.id;
    const both = await Promise.all([step(shop, 'start', own), step(shop, 'start', own)]);
    expect(both.map((result) => result.code ?? 'made').sort()).not.toEqual(['made', 'made']);
    expect(both.filter((result) => result.__typename === 'ExperimentChanged')).toHaveLength(1);
  });
});

describe('what came of an experiment', () => {
  test('a planted difference is found, with people divided as planned, and nothing before there is enough', async () => {
    await using shop = await openShop();
    const { id } = (await save(shop, button)).experiment!;
    await step(shop, 'start', id);
    expect(await read(shop, id)).toMatchObject({ people: 0, decision: { code: 'NOT_ENOUGH_DATA' } });
    const random = createRandom(3);
    const events: IncomingEvent[] = [];
    const split = {
      key: button.key,
      audienceShare: 1,
      variants: button.variants.map(({ key }) => ({ key, weight: 1 })),
    };
    for (let person = 0; person < 3_000; person++) {
      const userId = `c${person}`;
      const variant = assignVariant(split, `u:${userId}`)!;
      const days = 0.1 + random.next() * 10;
      events.push(viewed(userId, variant, days));
      // Orders before the exposure, and after its window, count for nobody.
      events.push(order(userId, days - 0.05), order(userId, days + 14.5));
      if (random.next() < (variant === 'green' ? 0.2 : 0.1)) events.push(order(userId, days + random.next() * 13));
    }
    await shop.send(events);
    await shop.projector.catchUp();
    const found = await read(shop, id);
    expect(found.people).toBe(3_000);
    expect(found.mixed).toBe(0);
    expect(found.sampleRatio.warning).toBe(false);
    expect(found.decision).toMatchObject({ code: 'WINNER', variant: 'green' });
    expect(found.decision.reasons[0]!.ru).toMatch(/По сравнению с контролем: \+\d+ %/);
    const [primary, guard, revenue] = found.metrics;
    const [blue, green] = primary!.variants;
    expect(blue!.people + green!.people).toBe(3_000);
    expect(blue!.positive / blue!.people).toBeCloseTo(0.1, 1);
    expect(green!.lift!.low).toBeGreaterThan(0);
    expect(green!.lift!.low).toBeLessThan(1);
    expect(green!.lift!.high).toBeGreaterThan(1);
    expect(blue!.lift).toBeNull();
    expect(blue!.probabilityBest! + green!.probabilityBest!).toBeCloseTo(1, 9);
    // Nobody was refunded: there is nothing to compare, and that is an answer.
    expect(guard).toMatchObject({ metric: 'REFUNDED', role: 'GUARD', unavailable: { code: 'NOT_ENOUGH_DATA' } });
    expect(revenue).toMatchObject({ metric: 'REVENUE', role: 'SECONDARY' });
    expect(revenue!.variants[0]!.total).toBe(blue!.positive * 2_000);
  });

  test('a guard that gets worse stops the joy, and people lost in one variant make every figure void', async () => {
    await using shop = await openShop();
    const { id } = (await save(shop, button)).experiment!;
    await step(shop, 'start', id);
    const random = createRandom(4);
    const people = (count: number, from: number, lost: number): IncomingEvent[] =>
      Array.from({ length: count }, (_, i) => {
        const userId = `c${from + i}`;
        const variant = i % 2 === 0 ? 'blue' : 'green';
        if (variant === 'green' && random.next() < lost) return [];
        const rate = variant === 'green' ? 0.3 : 0.15;
        return [
          viewed(userId, variant, 0.5),
          ...(random.next() < rate ? [order(userId, 1)] : []),
          ...(random.next() < rate ? [order(userId, 2, 20, 'Order Refunded')] : []),
        ];
      }).flat();
    await shop.send(people(3_000, 0, 0));
    await shop.projector.catchUp();
    expect((await read(shop, id)).decision).toMatchObject({ code: 'GUARD_HARMED', variant: 'green' });
    await shop.send(people(4_000, 10_000, 0.5));
    await shop.projector.catchUp();
    const doubtful = await read(shop, id);
    expect(doubtful.sampleRatio.warning).toBe(true);
    expect(doubtful.decision.code).toBe('INVALID');
  });

  test('whoever saw two variants on two devices is one person, in no figure, and is told as such', async () => {
    await using shop = await openShop();
    const { id } = (await save(shop, button)).experiment!;
    await step(shop, 'start', id);
    const { userId: _nobody, ...anonymous } = viewed('x', 'green', 0.2);
    await shop.send([
      { ...anonymous, anonymousId: 'phone' },
      viewed('ann', 'blue', 0.3),
      viewed('bob', 'green', 0.3),
      viewed('bob', 'green', 0.4),
      viewed('eve', 'unknown-variant', 0.4),
      viewed('dan', 'blue', -1),
      { type: 'alias', messageId: 'signs in', userId: 'ann', previousId: 'phone', originalTimestamp: at(0.5) },
    ]);
    await shop.projector.catchUp();
    const { people, mixed, metrics } = await read(shop, id);
    expect({ people, mixed }).toEqual({ people: 2, mixed: 1 });
    expect(metrics[0]!.variants.map((variant) => variant.people)).toEqual([0, 1]);
    // What Ann saw first stays hers, by whichever key she comes.
    const ask =
      'query ($u: String, $a: String) { experimentAssignment(experiment: "buy-button", userId: $u, anonymousId: $a) { variant } }';
    expect(await shop.ask(ask, { u: 'ann' })).toEqual({ experimentAssignment: { variant: 'green' } });
    expect(await shop.ask(ask, { a: 'phone' })).toEqual({ experimentAssignment: { variant: 'green' } });
    await step(shop, 'stop', id);
    expect(await shop.ask(ask, { u: 'ann' })).toEqual({ experimentAssignment: { variant: null } });
  });

  test('lists of two sides: each person’s side by what they did, from the ids of the lists alone', async () => {
    await using shop = await openShop();
    const { id } = (
      await save(shop, {
        key: 'two-sides',
        name: 'Personal or popular',
        kind: 'INTERLEAVING',
        placement: 'HOME',
        variants: [
          { key: 'personal', name: 'Personal', pipeline: 'HYBRID' },
          { key: 'popular', name: 'Popular', pipeline: 'POPULAR' },
        ],
      })
    ).experiment!;
    await step(shop, 'start', id);
    const items = [
      { productId: 'a1', side: 'A' as const },
      { productId: 'b1', side: 'B' as const },
      { productId: 'a2', side: 'A' as const },
      { productId: 'b2', side: 'B' as const },
    ];
    const listOf = (n: number): string =>
      `HOME.INTERLEAVED.1.00000000-0000-4000-8000-${String(n).padStart(12, '0')}${sidesSuffix('two-sides', items)}`;
    const events: IncomingEvent[] = [];
    for (let person = 0; person < 40; person++) {
      const userId = `c${person}`;
      const shown = { userId, originalTimestamp: at(0.5) };
      const properties = {
        recommendation_id: listOf(person),
        products: items.map(({ productId }) => ({ product_id: productId })),
      };
      events.push({ ...shown, type: 'track', event: 'Product List Viewed', messageId: `l${person}`, properties });
      const click = (product: string, n: number): IncomingEvent => ({
        ...shown,
        type: 'track',
        event: 'Product Clicked',
        messageId: `k${person}.${n}`,
        properties: { product_id: product, recommendation_id: listOf(person) },
      });
      // 30 prefer the first side, 5 the second, 5 neither; what is not in the list counts for nobody.
      if (person < 30) events.push(click('a1', 1), click('a1', 2), click('elsewhere', 3));
      else if (person < 35) events.push(click('b2', 1));
      else events.push(click('a1', 1), click('b1', 2));
    }
    events.push({
      ...order('c0', 1),
      properties: {
        order_id: 'o',
        currency: 'EUR',
        products: [{ product_id: 'a1', price: 5, quantity: 1, recommendation_id: listOf(0) }],
      },
    });
    await shop.send(events);
    await shop.projector.catchUp();
    const found = await read(shop, id);
    expect(found.people).toBe(40);
    expect(found.preferences[0]).toMatchObject({ by: 'CLICKS', first: 30, second: 5, ties: 5 });
    expect(found.preferences[0]!.share!.value).toBeCloseTo(30 / 35, 9);
    expect(found.preferences[2]).toMatchObject({ by: 'ORDERS', first: 1, second: 0 });
    expect(found.decision).toMatchObject({ code: 'KEEP_CONTROL', variant: 'personal' });
  });
});

describe('the plan', () => {
  test('comes from what customers of the shop did, and says so where they did too little', async () => {
    await using shop = await openShop();
    const ask =
      '{ experimentPlan(minimumEffect: 0.5) { baseline peoplePerVariant days detectableIn28Days unavailable { code } } }';
    expect(await shop.ask(ask)).toMatchObject({
      experimentPlan: { peoplePerVariant: null, unavailable: { code: 'NOT_ENOUGH_DATA' } },
    });
    const random = createRandom(5);
    const events: IncomingEvent[] = [];
    for (let person = 0; person < 1_000; person++) {
      const days = random.next() * 40;
      events.push({ type: 'page', messageId: `p${person}`, userId: `c${person}`, originalTimestamp: at(days) });
      if (random.next() < 0.2) events.push(order(`c${person}`, days + 0.01));
    }
    await shop.send(events);
    await shop.projector.catchUp();
    const { experimentPlan } = await shop.ask<{
      experimentPlan: { baseline: number; peoplePerVariant: number; days: number; detectableIn28Days: number };
    }>(ask);
    expect(experimentPlan.baseline).toBeGreaterThan(0.15);
    expect(experimentPlan.baseline).toBeLessThan(0.25);
    // 13.4 · 2 · (1 − p)/p / ln²(1.5) at p = 0.2: about 650 people in each variant.
    expect(experimentPlan.peoplePerVariant).toBeGreaterThan(550);
    expect(experimentPlan.peoplePerVariant).toBeLessThan(1_000);
    const refused = await shop.execute('{ experimentPlan(variants: 1) { days } }');
    expect(refused.errors?.[0]?.message).toMatch(/variants takes/);
    expect(
      await shop.ask(
        '{ experimentPlan(metric: CLICKED, baselineShare: 0.1) { baseline peoplePerVariant unavailable { code } } }',
      ),
    ).toMatchObject({ experimentPlan: { baseline: 0.1, unavailable: null } });
  });
});

test('exposures, clicks and credits are the same in any order of arrival, and after a replay', async () => {
  const random = createRandom(6);
  const uuid = '00000000-0000-4000-8000-00000000000';
  const events = drawEvents(9, 300).flatMap((event, i): IncomingEvent[] => {
    if (event.event === 'Product Upserted' || random.next() < 0.4) return [event];
    const base = { ...event, type: 'track' as const, messageId: `${event.messageId}-x` };
    const sides = [
      { productId: 'a', side: 'A' as const },
      { productId: 'b', side: 'B' as const },
    ];
    const list = `HOME.HYBRID.1.${uuid}${i % 5}${random.next() < 0.5 ? variantSuffix('one', 'x') : sidesSuffix('two', sides)}`;
    return [
      event,
      random.next() < 0.3
        ? { ...base, event: 'Experiment Viewed', properties: { experiment_id: 'one', variation_id: random.integer(2) } }
        : random.next() < 0.5
          ? { ...base, event: 'Product List Viewed', properties: { recommendation_id: list } }
          : { ...base, event: 'Product Clicked', properties: { recommendation_id: list, product_id: 'a' } },
    ];
  });
  const timeZone = 'UTC';
  const expected = await foldLog(analytics, { deliveries: [events], batchSize: 10_000, timeZone });
  for (const table of ['experiment_exposure', 'experiment_click', 'experiment_credit', 'customer_outcome'])
    expect([table, expected[`analytics.${table}`]!.length > 3]).toEqual([table, true]);
  const deliveries = deliverOtherwise(events, 77);
  expect(await foldLog(analytics, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
  expect(await foldLog(analytics, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
});
