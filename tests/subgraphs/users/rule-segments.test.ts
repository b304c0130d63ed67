import { randomUUID } from 'node:crypto';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { NumberCondition, TextCondition } from '@cda/platform/graph/filter-sql.ts';
import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomerRule } from '../../../subgraphs/users/src/features/customer-rule.ts';
import { users } from '../../../subgraphs/users/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 2, 1, 12);

/** What is known of a customer, counted from the events by hand. */
interface Facts {
  country: string | null;
  orders: { at: number; revenueMinor: number; products: string[] }[];
  refundedMinor: number;
  visits: number[];
  churn: number | null;
  value: number | null;
  segment: string | null;
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)]!;

function drawShop(seed: number): { events: IncomingEvent[]; facts: Map<string, Facts> } {
  const random = createRandom(seed);
  const events: IncomingEvent[] = [];
  const facts = new Map<string, Facts>();
  for (let c = 0; c < 60; c++) {
    const own: Facts = {
      country: null,
      orders: [],
      refundedMinor: 0,
      visits: [],
      churn: null,
      value: null,
      segment: null,
    };
    facts.set(`u:c${c}`, own);
    if (random.next() < 0.7) own.country = pick(random, ['DE', 'FR', 'AT']);
    if (random.next() < 0.6) own.churn = Math.round(random.next() * 100) / 100;
    if (random.next() < 0.6) own.value = random.integer(50_000);
    if (random.next() < 0.6) own.segment = pick(random, ['champions', 'lost']);
    const base = (i: number, at: number) => ({
      messageId: `${c}.${i}`,
      userId: `c${c}`,
      originalTimestamp: new Date(at).toISOString(),
    });
    events.push({
      ...base(99, asOf - 300 * dayMs),
      type: 'identify',
      traits: own.country ? { address: { country: own.country } } : {},
    });
    for (let i = 0; i < random.integer(7); i++) {
      const at = asOf - Math.floor(random.next() * 290 * dayMs);
      const kind = random.next();
      if (kind < 0.6) {
        const products = Array.from({ length: 1 + random.integer(2) }, () => pick(random, ['a', 'b', 'c', 'd', 'e']));
        const price = 1 + random.integer(90);
        own.orders.push({ at, revenueMinor: products.length * price * 100, products });
        const lines = products.map((product_id) => ({ product_id, price, quantity: 1 }));
        events.push({
          ...base(i, at),
          type: 'track',
          event: 'Order Completed',
          properties: { order_id: `${c}.${i}`, currency: 'EUR', products: lines },
        });
      } else if (kind < 0.7) {
        own.refundedMinor += 300;
        const products = [{ product_id: 'a', price: 3, quantity: 1 }];
        events.push({
          ...base(i, at),
          type: 'track',
          event: 'Order Refunded',
          properties: { order_id: 'x', currency: 'EUR', products },
        });
      } else {
        own.visits.push(at);
        events.push({ ...base(i, at), type: 'track', event: 'Product Viewed', properties: { product_id: 'a' } });
      }
    }
  }
  // The latest event sets the shop's clock.
  events.push({
    type: 'track',
    event: 'Product Viewed',
    messageId: 'clock',
    anonymousId: 'clock',
    originalTimestamp: new Date(asOf).toISOString(),
    properties: { product_id: 'a' },
  });
  facts.set('a:clock', {
    country: null,
    orders: [],
    refundedMinor: 0,
    visits: [asOf],
    churn: null,
    value: null,
    segment: null,
  });
  return { events, facts };
}

/** A rule by its definition. */
function holds(rule: CustomerRule, facts: Facts): boolean {
  const number = (condition: NumberCondition | null | undefined, value: number | null): boolean => {
    if (!condition) return true;
    if (value === null) return false;
    const { eq, range } = condition;
    return (eq ?? value) === value && (range?.gte ?? value) <= value && (range?.lte ?? value) >= value;
  };
  const text = (condition: TextCondition | null | undefined, value: string | null): boolean => {
    if (!condition) return true;
    if (value === null) return false;
    return (
      (condition.eq ?? value) === value &&
      (condition.oneOf ?? [value]).includes(value) &&
      value.startsWith(condition.startsWith ?? '')
    );
  };
  const times = facts.orders.map(({ at }) => at);
  const since = (at: number | undefined): number | null => (at === undefined ? null : Math.floor((asOf - at) / dayMs));
  const within = (days: number) => facts.orders.filter(({ at }) => at > asOf - days * dayMs);
  const today = Math.floor(asOf / dayMs);
  const revenue = facts.orders.reduce((sum, { revenueMinor }) => sum + revenueMinor, 0);
  const { orders, visits, bought } = rule;
  const days = new Set(
    facts.visits.map((at) => Math.floor(at / dayMs)).filter((day) => day > today - (visits?.withinDays ?? 0)),
  );
  return (
    (rule.all ?? []).every((part) => holds(part, facts)) &&
    (!rule.any || rule.any.some((part) => holds(part, facts))) &&
    (!rule.not || !holds(rule.not, facts)) &&
    text(rule.country, facts.country) &&
    text(rule.segmentKey, facts.segment) &&
    number(rule.recencyDays, since(times.length > 0 ? Math.max(...times) : undefined)) &&
    number(rule.tenureDays, since(times.length > 0 ? Math.min(...times) : undefined)) &&
    number(rule.orderCount, facts.orders.length) &&
    number(rule.revenueMinor, revenue - facts.refundedMinor) &&
    number(rule.churnProbability, facts.churn) &&
    number(rule.lifetimeValueMinor, facts.value) &&
    (!orders ||
      (number(orders.count, within(orders.withinDays).length) &&
        number(
          orders.revenueMinor,
          within(orders.withinDays).reduce((sum, { revenueMinor }) => sum + revenueMinor, 0),
        ))) &&
    (!visits || number(visits.days, days.size)) &&
    (!bought ||
      within(bought.withinDays ?? 10_000).some(({ products }) => products.some((p) => bought.products.includes(p))))
  );
}

function drawRule(random: Random, depth: number): CustomerRule {
  const number = (most: number): NumberCondition =>
    random.next() < 0.3
      ? { eq: random.integer(most) }
      : {
          range:
            random.next() < 0.5
              ? { gte: random.integer(most) }
              : { lte: random.integer(most), gte: random.integer(Math.ceil(most / 4)) },
        };
  const withinDays = 1 + random.integer(200);
  const leaves: (() => CustomerRule)[] = [
    () => ({ country: pick(random, [{ eq: 'DE' }, { oneOf: ['FR', 'AT'] }, { startsWith: 'F' }]) }),
    () => ({ segmentKey: { eq: pick(random, ['champions', 'lost', 'new']) } }),
    () => ({ recencyDays: number(200) }),
    () => ({ tenureDays: number(250) }),
    () => ({ orderCount: number(5) }),
    () => ({ revenueMinor: number(30_000) }),
    () => ({ churnProbability: { range: { gte: random.next() } } }),
    () => ({ lifetimeValueMinor: number(50_000) }),
    () => ({ orders: { withinDays, count: number(3) } }),
    () => ({ orders: { withinDays, revenueMinor: number(20_000), count: { range: { gte: random.integer(2) } } } }),
    () => ({ visits: { withinDays, days: number(3) } }),
    () => ({
      bought: { products: [pick(random, ['a', 'b', 'z']), 'c'], ...(random.next() < 0.5 ? { withinDays } : {}) },
    }),
  ];
  if (depth === 0 || random.next() < 0.3)
    return { ...pick(random, leaves)(), ...(random.next() < 0.3 ? pick(random, leaves)() : {}) };
  const parts = Array.from({ length: 1 + random.integer(3) }, () => drawRule(random, depth - 1));
  return pick(random, [
    { all: parts },
    { any: parts },
    { not: parts[0]! },
    { any: parts, not: drawRule(random, depth - 1) },
  ]);
}

const { events, facts } = drawShop(11);
let shop: OpenSubgraph;
beforeAll(async () => {
  shop = await openSubgraph(users);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
  await shop.send(events);
  await shop.projector.catchUp();
  const version = randomUUID();
  const ids = { champions: randomUUID(), lost: randomUUID() };
  const now = new Date(asOf);
  for (const [key, id] of Object.entries(ids)) {
    await shop.db.query(
      `INSERT INTO users.segment (id, version_id, as_of, key, name, description, size, share, recency_days, frequency, monetary_minor, revenue_minor, centre)
       VALUES ($1, $2, $3, $4, '{}', '{}', 1, 1, 1, 1, 1, 1, '{}')`,
      [id, version, now, key],
    );
  }
  for (const [key, { churn, value, segment }] of facts) {
    if (churn !== null) {
      await shop.db.query(
        'INSERT INTO users.churn_score (customer_key, version_id, as_of, horizon_days, probability, low, high, log_odds) VALUES ($1, $2, $3, 90, $4, 0, 1, 0)',
        [key, version, now, churn],
      );
    }
    if (value !== null) {
      await shop.db.query(
        'INSERT INTO users.lifetime_value (customer_key, version_id, as_of, probability_alive, expected_orders, value_minor) VALUES ($1, $2, $3, 1, 1, $4)',
        [key, version, now, value],
      );
    }
    if (segment !== null) {
      await shop.db.query(
        'INSERT INTO users.customer_segment (customer_key, segment_id, version_id, as_of, margin) VALUES ($1, $2, $3, $4, 1)',
        [key, ids[segment as keyof typeof ids], version, now],
      );
    }
  }
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const keyOf = (customer: { externalId: string; anonymous: boolean }): string =>
  `${customer.anonymous ? 'a' : 'u'}:${customer.externalId}`;

interface Preview {
  previewRule: { size: number; customers: { externalId: string; anonymous: boolean }[] };
}
const preview = async (rule: CustomerRule): Promise<{ keys: string[]; total: number }> => {
  const { previewRule } = await shop.ask<Preview>(
    'query ($rule: CustomerRuleInput!) { previewRule(rule: $rule) { size customers { externalId anonymous } } }',
    { rule },
  );
  return { keys: previewRule.customers.map(keyOf).sort(), total: previewRule.size };
};
const save = async (input: object): Promise<Record<string, never>> => {
  const { saveRuleSegment } = await shop.ask<{ saveRuleSegment: Record<string, never> }>(
    `mutation ($input: SaveRuleSegmentInput!) { saveRuleSegment(input: $input) { __typename ... on SavedRuleSegment { segment { id name size rule } }
       ... on InvalidInput { code path message } ... on NotFound { code } } }`,
    { input },
  );
  return saveRuleSegment;
};

let probe: string | undefined;
/** Everybody that a rule holds, by way of a segment that is kept. */
const heldBy = async (rule: CustomerRule): Promise<string[]> => {
  const { segment } = (await save({ ...(probe ? { id: probe } : {}), name: 'probe', rule })) as unknown as {
    segment: { id: string };
  };
  probe = segment.id;
  const { customers } = await shop.ask<{
    customers: { edges: { node: { externalId: string; anonymous: boolean } }[] };
  }>(
    'query ($id: ID!) { customers(first: 100, where: { ruleSegment: $id }) { edges { node { externalId anonymous } } } }',
    { id: probe },
  );
  return customers.edges.map(({ node }) => keyOf(node)).sort();
};

test('rules drawn at random hold whom their definition holds, asked of all customers or of one', async () => {
  const random = createRandom(5);
  let some = 0;
  for (let i = 0; i < 120; i++) {
    const rule = drawRule(random, 3);
    const expected = [...facts].filter(([, own]) => holds(rule, own)).map(([key]) => key);
    const { keys, total } = await preview(rule);
    expect(await heldBy(rule), JSON.stringify(rule)).toEqual(expected.sort());
    expect(keys).toHaveLength(Math.min(20, expected.length));
    expect(expected).toEqual(expect.arrayContaining(keys));
    expect(total).toBe(expected.length);
    if (expected.length > 0 && expected.length < facts.size) some++;
  }
  // The rules are no good test where they hold all or nobody.
  expect(some).toBeGreaterThan(60);

  const rules = Array.from({ length: 8 }, () => drawRule(random, 2));
  for (const [i, rule] of rules.entries()) await save({ name: `rule ${i}`, rule });
  const answer = await shop.ask<{
    customers: { edges: { node: { externalId: string; anonymous: boolean; ruleSegments: { name: string }[] } }[] };
  }>('{ customers(first: 100) { edges { node { externalId anonymous ruleSegments { name } } } } }');
  expect(answer.customers.edges).toHaveLength(facts.size);
  for (const { node } of answer.customers.edges) {
    const own = facts.get(keyOf(node))!;
    expect(node.ruleSegments.map(({ name }) => name).filter((name) => name !== 'probe')).toEqual(
      rules.flatMap((rule, i) => (holds(rule, own) ? [`rule ${i}`] : [])),
    );
  }
});

describe('segments by rule', () => {
  const rule = { all: [{ country: { eq: 'DE' } }, { not: { orderCount: { eq: 0 } } }] };

  test('are kept, counted, listed, changed and taken away', async () => {
    const { total } = await preview(rule);
    const saved = (await save({ name: ' Germans who buy ', rule })) as unknown as {
      segment: { id: string; name: string; size: number; rule: object };
    };
    expect(saved.segment).toMatchObject({ name: 'Germans who buy', size: total, rule });
    const { id } = saved.segment;
    const listed = await shop.ask<{ ruleSegments: { id: string; name: string; size: number }[] }>(
      '{ ruleSegments { id name size createdAt updatedAt } }',
    );
    expect(listed.ruleSegments).toContainEqual(expect.objectContaining({ id, name: 'Germans who buy', size: total }));
    expect(await save({ id, name: 'Everybody', rule: { orderCount: { range: { gte: 0 } } } })).toMatchObject({
      segment: { id, name: 'Everybody', size: facts.size },
    });
    const remove = async () =>
      (
        await shop.ask<{ deleteRuleSegment: { __typename: string } }>(
          'mutation ($id: ID!) { deleteRuleSegment(id: $id) { __typename } }',
          { id },
        )
      ).deleteRuleSegment.__typename;
    expect([await remove(), await remove()]).toEqual(['DeletedRuleSegment', 'NotFound']);
  });

  test('are refused with the place and the remedy where they cannot be', async () => {
    await save({ name: 'taken', rule });
    let deep: CustomerRule = { orderCount: { eq: 1 } };
    for (let i = 0; i < 9; i++) deep = { not: deep };
    const many = { any: Array.from({ length: 60 }, () => ({ orderCount: { eq: 1 } })) };
    for (const [input, code, path] of [
      [{ name: 'taken', rule }, 'NAME_TAKEN', 'input.name'],
      [{ name: ' ', rule }, 'INVALID_NAME', 'input.name'],
      [{ name: 'x', rule: {} }, 'INVALID_RULE', 'input.rule'],
      [{ name: 'x', rule: { all: [{ any: [] }] } }, 'INVALID_RULE', 'input.rule.all.0.any'],
      [
        { name: 'x', rule: { orders: { withinDays: 0, count: { eq: 1 } } } },
        'INVALID_RULE',
        'input.rule.orders.withinDays',
      ],
      [{ name: 'x', rule: { orders: { withinDays: 30 } } }, 'INVALID_RULE', 'input.rule.orders'],
      [{ name: 'x', rule: { bought: { products: [] } } }, 'INVALID_RULE', 'input.rule.bought.products'],
      [{ name: 'x', rule: many }, 'INVALID_RULE', expect.any(String)],
      [{ name: 'x', rule: deep }, 'INVALID_RULE', expect.any(String)],
    ] as const) {
      expect(await save(input)).toMatchObject({ __typename: 'InvalidInput', code, path });
    }
    expect(await save({ id: 'nonsense', name: 'x', rule })).toMatchObject({ __typename: 'NotFound' });
  });

  test('take hostile texts for what they are', async () => {
    const { total } = await preview({
      country: { eq: "DE' OR true --" },
      city: { startsWith: '%' },
      bought: { products: ["a'); DROP TABLE users.customer; --"] },
    });
    expect(total).toBe(0);
  });
});
