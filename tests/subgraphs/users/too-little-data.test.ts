import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { type TrainingOutcome, trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { describe, expect, test } from 'vitest';
import { users } from '../../../subgraphs/users/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

const day = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString();

const order = (customer: number, n: number, price = 10): IncomingEvent => ({
  type: 'track',
  event: 'Order Completed',
  messageId: `${customer}.${n}`,
  userId: `c${customer}`,
  originalTimestamp: day(n),
  properties: { order_id: `${customer}.${n}`, currency: 'EUR', products: [{ product_id: 'p', price, quantity: 1 }] },
});

async function trainAll(
  events: readonly IncomingEvent[],
): Promise<{ outcomes: Record<string, TrainingOutcome>; shop: OpenSubgraph }> {
  const shop = await openSubgraph(users);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
  await shop.send(events);
  await shop.projector.catchUp();
  await using estimators = createEstimatorPool(1);
  const outcomes: Record<string, TrainingOutcome> = {};
  for (const model of users.models) {
    outcomes[model.name] = await trainModel({ subgraph: 'users', model, db: shop.db, estimators, log: silentLog });
  }
  return { outcomes, shop };
}

/** Shops that say too little, and what must come of it. Whatever is not named must be fitted or refused, but never fail. */
const shops: [string, IncomingEvent[], Record<string, string>][] = [
  [
    'an empty shop',
    [],
    { segmentation: 'NOT_ENOUGH_DATA', churn: 'NOT_ENOUGH_DATA', 'lifetime-value': 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop of one customer and a day',
    [order(0, 1), order(0, 2)],
    { segmentation: 'NOT_ENOUGH_DATA', churn: 'NOT_ENOUGH_DATA', 'lifetime-value': 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop of three customers',
    [0, 1, 2].flatMap((c) => [order(c, 1), order(c, 200)]),
    { segmentation: 'NOT_ENOUGH_DATA', churn: 'NOT_ENOUGH_DATA', 'lifetime-value': 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop whose customers are all the same',
    Array.from({ length: 80 }, (_, c) => [order(c, 0), order(c, 100), order(c, 300)]).flat(),
    { segmentation: 'NOT_ENOUGH_DATA', churn: 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop of two weeks',
    Array.from({ length: 80 }, (_, c) => order(c, c % 14)),
    { churn: 'NOT_ENOUGH_DATA', 'lifetime-value': 'SUCCEEDED' },
  ],
  [
    'a shop of six days',
    Array.from({ length: 80 }, (_, c) => order(c, c % 6)),
    { churn: 'NOT_ENOUGH_DATA', 'lifetime-value': 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop where everybody ordered once',
    Array.from({ length: 120 }, (_, c) => order(c, 3 * c, 5 + (c % 17))),
    { churn: 'NOT_ENOUGH_DATA' },
  ],
  [
    'a shop that gives everything away',
    Array.from({ length: 90 }, (_, c) => [order(c, c, 0), order(c, 2 * c + 1, 0)]).flat(),
    { segmentation: 'NOT_ENOUGH_DATA' },
  ],
];

describe.each(shops)('%s', (_name, events, expected) => {
  test('is told what is missing, in both languages, and shows no number that is none', async () => {
    const { outcomes, shop } = await trainAll(events);
    try {
      for (const [model, status] of Object.entries(expected))
        expect([model, outcomes[model]!.status]).toEqual([model, status]);
      for (const outcome of Object.values(outcomes)) {
        if (outcome.status === 'NOT_ENOUGH_DATA') {
          expect(outcome.message).toMatch(/\d+ .*(needed|day|customer|buyer)/);
          expect(outcome.message).not.toMatch(/\bare 1\b|\bwere 1\b|\b1 (days|customers|buyers|ways|times)\b/);
        } else expect(JSON.stringify([outcome.trained.metrics, outcome.trained.primary])).not.toContain('null');
      }
      const answer = await shop.ask<{
        churnOverview: { customers: number; unavailable: unknown };
        segments: unknown[];
        customers: { edges: { node: { churn: Record<string, unknown> } }[] };
      }>(
        `{ churnOverview { customers revenueAtRisk { amountMinor } horizonDays unavailable { code } rules { text } } unusualCustomers { distance } segmentFlow { moves { customers } }
           segments { key share profile { recencyDays churnProbability } } customers(first: 20) { edges { node { rfm { recencyDays recencyScore monetaryScore averageOrderValue { amountMinor } }
             segment { reasons { weight } } churn { probability low unavailable { code text } } lifetimeValue { value { amountMinor } high { amountMinor } probabilityAlive unavailable { code } } } } } }`,
      );
      expect(answer.churnOverview.customers === 0).toBe(answer.churnOverview.unavailable !== null);
      for (const { node } of answer.customers.edges) {
        const { probability, unavailable } = node.churn as { probability: number | null; unavailable: unknown };
        expect(probability === null).toBe(unavailable !== null);
      }
    } finally {
      await shop[Symbol.asyncDispose]();
    }
  });
});

test.each([
  ['some of whom came back', 8],
  ['none of whom came back yet', Number.POSITIVE_INFINITY],
])('fifty buyers of a first week, %s, are answered, with intervals as wide as so little is', async (_name, every) => {
  const events = Array.from({ length: 50 }, (_, c) => {
    const first = (c / 50) * 7;
    const again = c % every === 0 && first < 5 ? [order(c, first + 1.9, 15 + c)] : [];
    return [order(c, first, 10 + (c % 13)), ...again];
  }).flat();
  const { outcomes, shop } = await trainAll([...events, order(0, 7.05)]);
  try {
    expect(outcomes['lifetime-value']).toMatchObject({ status: 'SUCCEEDED', served: true });
    const { customers } = await shop.ask<{
      customers: { edges: { node: { lifetimeValue: Record<string, never> } }[] };
    }>(
      `{ customers(first: 50) { edges { node { lifetimeValue { unavailable { text }
           value { amountMinor } low { amountMinor } high { amountMinor } expectedOrders nextOrderAt nextOrderFrom nextOrderUntil
           probabilityOfOrder(withinDays: 30) { withinDays probability low high checked { days said seen customers } } } } } } }`,
    );
    expect(customers.edges).toHaveLength(50);
    for (const { node } of customers.edges) {
      const worth = node.lifetimeValue as unknown as {
        value: { amountMinor: number };
        low: { amountMinor: number };
        high: { amountMinor: number };
        probabilityOfOrder: { probability: number; low: number; high: number; checked: { customers: number } };
        nextOrderAt: string;
        nextOrderFrom: string;
      };
      expect(worth.high.amountMinor).toBeGreaterThan(worth.value.amountMinor);
      expect(worth.high.amountMinor - worth.low.amountMinor).toBeGreaterThan(worth.value.amountMinor);
      const { probability, low, high, checked } = worth.probabilityOfOrder;
      expect(low).toBeLessThan(probability);
      expect(high).toBeGreaterThan(probability);
      expect(high - low).toBeGreaterThan(0.15);
      expect(checked.customers).toBeGreaterThan(0);
      expect(Date.parse(worth.nextOrderFrom)).toBeLessThan(Date.parse(worth.nextOrderAt));
    }
  } finally {
    await shop[Symbol.asyncDispose]();
  }
});
