import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analytics } from '../../../subgraphs/analytics/src/index.ts';
import { toComparison } from '../../../subgraphs/analytics/src/loaders/period.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

let sent = 0;
const track = (event: string, at: string, who: string, properties: Record<string, unknown> = {}): IncomingEvent => ({
  type: 'track',
  event,
  messageId: `m${++sent}`,
  ...(who.startsWith('visitor') ? { anonymousId: who } : { userId: who }),
  originalTimestamp: at.includes('T') ? at : `${at}T12:00:00Z`,
  properties,
});
const order = (at: string, who: string, euros: number, more: object = {}): IncomingEvent =>
  track('Order Completed', at, who, {
    order_id: `o${sent}`,
    currency: 'EUR',
    products: [{ product_id: 'p', price: euros / 2, quantity: 2 }],
    ...more,
  });

// Wednesday 2024-03-27 is today; the last Sunday of March has 23 hours in Berlin.
const events: IncomingEvent[] = [
  order('2024-02-28', 'ann', 10),
  order('2024-03-04', 'bob', 20, { shipping: 5, tax: 2, discount: 1 }),
  track('Product Viewed', '2024-03-04', 'bob', { product_id: 'p' }),
  order('2024-03-26', 'ann', 30),
  order('2024-03-26', 'ann', 7),
  track('Product Added', '2024-03-26', 'ann', { product_id: 'p' }),
  { type: 'page', messageId: 'page', anonymousId: 'visitor 1', originalTimestamp: '2024-03-26T01:00:00Z' },
  order('2024-03-27', 'cid', 4),
  order('2024-03-27', 'bob', 8, { currency: 'USD' }),
  // Half past eleven in the evening in UTC is the next day in Berlin.
  order('2024-03-26T23:30:00Z', 'dan', 6),
  track('Order Refunded', '2024-03-27', 'ann', {
    order_id: 'o4',
    currency: 'EUR',
    products: [{ product_id: 'p', price: 15, quantity: 1 }],
  }),
  {
    type: 'identify',
    messageId: 'who',
    userId: 'eve',
    originalTimestamp: '2024-03-27T10:00:00Z',
    traits: { name: 'Eve' },
  },
];

let shop: OpenSubgraph;
beforeAll(async () => {
  shop = await openSubgraph(analytics);
  await shop.setShop({ currency: 'EUR', time_zone: 'Europe/Berlin', clock: 'latest_event' });
  const verdicts = await shop.send(events);
  expect(verdicts.filter((verdict) => verdict.verdict !== 'ACCEPTED')).toEqual([]);
  await shop.projector.catchUp();
  for (const state of await shop.projector.states()) expect(state).toMatchObject({ faults: 0, lag: 0 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const ask = async <T = Record<string, unknown>>(args: string, fields: string): Promise<T> =>
  (await shop.ask<{ metrics: T }>(`{ metrics${args} { ${fields} } }`)).metrics;

describe('figures of a period', () => {
  test('are those of its days, in the shop’s currency and time zone', async () => {
    const answer = await ask(
      '(range: LAST_28_DAYS)',
      `period { from to } revenue { amountMinor currency } refunds { amountMinor } netRevenue { amountMinor } total { amountMinor }
       orders customers newCustomers units visits averageOrderValue { amountMinor } conversionRate`,
    );
    expect(answer).toEqual({
      period: { from: '2024-02-29', to: '2024-03-27' },
      // 19 + 30 + 7 + 4 + 6; the order in dollars counts as an order, not as euros.
      revenue: { amountMinor: 6600, currency: 'EUR' },
      refunds: { amountMinor: 1500 },
      netRevenue: { amountMinor: 5100 },
      total: { amountMinor: 7300 },
      orders: 6,
      customers: 4,
      newCustomers: 3,
      units: 12,
      visits: 3,
      averageOrderValue: { amountMinor: 1100 },
      conversionRate: 2 / 3,
    });
  });

  test('follow the presets from the shop’s today', async () => {
    const period = async (range: string): Promise<unknown> =>
      (await ask<{ period: unknown }>(`(range: ${range})`, 'period { from to }')).period;
    expect(await period('TODAY')).toEqual({ from: '2024-03-27', to: '2024-03-27' });
    expect(await period('LAST_7_DAYS')).toEqual({ from: '2024-03-21', to: '2024-03-27' });
    expect(await period('LAST_91_DAYS')).toEqual({ from: '2023-12-28', to: '2024-03-27' });
    expect(await period('THIS_MONTH')).toEqual({ from: '2024-03-01', to: '2024-03-27' });
    expect(await period('LAST_MONTH')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(await period('THIS_YEAR')).toEqual({ from: '2024-01-01', to: '2024-03-27' });
    expect(await period('LAST_364_DAYS')).toEqual({ from: '2023-03-30', to: '2024-03-27' });
    expect(await period('ALL_TIME')).toEqual({ from: '2024-02-28', to: '2024-03-27' });
  });

  test('count a customer once in a period, and once in each of its points', async () => {
    const answer = await ask(
      '(between: { from: "2024-02-28", to: "2024-03-27" }, interval: MONTH)',
      'customers newCustomers series { date customers orders revenue { amountMinor } }',
    );
    expect(answer).toEqual({
      customers: 4,
      newCustomers: 4,
      series: [
        { date: '2024-02-28', customers: 1, orders: 1, revenue: { amountMinor: 1000 } },
        { date: '2024-03-01', customers: 4, orders: 6, revenue: { amountMinor: 6600 } },
      ],
    });
  });

  test('come day by day without holes, and add up', async () => {
    const answer = await ask<{
      series: { date: string; orders: number; units: number; visits: number; netRevenue: { amountMinor: number } }[];
    }>('(range: LAST_7_DAYS)', 'series { date orders units visits netRevenue { amountMinor } }');
    expect(answer.series.map((point) => point.date)).toEqual([
      '2024-03-21',
      '2024-03-22',
      '2024-03-23',
      '2024-03-24',
      '2024-03-25',
      '2024-03-26',
      '2024-03-27',
    ]);
    expect(answer.series.map((point) => point.orders)).toEqual([0, 0, 0, 0, 0, 2, 3]);
    expect(answer.series.at(-1)).toEqual({
      date: '2024-03-27',
      orders: 3,
      units: 6,
      visits: 0,
      netRevenue: { amountMinor: 400 + 600 - 1500 },
    });
  });

  test('are cut into weeks from Monday', async () => {
    const answer = await ask<{ series: { date: string; orders: number }[] }>(
      '(between: { from: "2024-03-03", to: "2024-03-11" }, interval: WEEK)',
      'series { date orders }',
    );
    expect(answer.series).toEqual([
      { date: '2024-03-03', orders: 0 },
      { date: '2024-03-04', orders: 1 },
      { date: '2024-03-11', orders: 0 },
    ]);
  });

  test('are compared with as many days before', async () => {
    const previous = await ask(
      '(between: { from: "2024-03-02", to: "2024-03-04" }, compareTo: PREVIOUS_PERIOD)',
      'comparison { period { from to } revenue { amountMinor } conversionRate averageOrderValue { amountMinor } comparison { orders } }',
    );
    expect(previous).toEqual({
      comparison: {
        period: { from: '2024-02-28', to: '2024-03-01' },
        revenue: { amountMinor: 1000 },
        conversionRate: null,
        averageOrderValue: { amountMinor: 1000 },
        comparison: null,
      },
    });
  });

  test('or with the same days of the week a year before', async () => {
    expect(toComparison({ from: '2024-03-21', to: '2024-03-27' }, 'PREVIOUS_YEAR')).toEqual({
      from: '2023-03-23',
      to: '2023-03-29',
    });
  });

  test('are compared with nothing where the period compared with is not wholly inside the data', async () => {
    const compared = (args: string) => ask(`(${args})`, 'comparison { orders }');
    // From 2024-02-01, 27 days before the first event: a single order would stand for four weeks.
    expect(await compared('range: LAST_28_DAYS, compareTo: PREVIOUS_PERIOD')).toEqual({ comparison: null });
    expect(await compared('range: TODAY, compareTo: PREVIOUS_YEAR')).toEqual({ comparison: null });
    const bounds = (from: string, to: string) =>
      `between: { from: "${from}", to: "${to}" }, compareTo: PREVIOUS_PERIOD`;
    expect(await compared(bounds('2024-03-01', '2024-03-03'))).toEqual({ comparison: null });
    expect(await compared(bounds('2024-02-29', '2024-02-29'))).toEqual({ comparison: { orders: 1 } });
    // The last day compared with would be the shop's tomorrow.
    expect(await compared(bounds('2024-03-29', '2024-03-29'))).toEqual({ comparison: null });
    expect(await compared(bounds('2024-03-28', '2024-03-28'))).toEqual({ comparison: { orders: 3 } });
  });

  test('refuse what cannot be shown, in a sentence', async () => {
    const wrong = await shop.execute('{ metrics(between: { from: "2024-02-02", to: "2024-02-01" }) { orders } }');
    expect(wrong.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'between' } });
    const early = await shop.execute(
      '{ metrics(between: { from: "0001-01-01", to: "9999-12-31" }, compareTo: PREVIOUS_PERIOD) { comparison { orders } } }',
    );
    expect(early.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'between' } });
    const cursor = Buffer.from('["2024-99-99","ORDERS"]').toString('base64url');
    const forged = await shop.execute(`{ anomalies(after: "${cursor}") { totalCount } }`);
    expect(forged.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } });
    const long = await shop.execute(
      '{ metrics(between: { from: "2015-01-01", to: "2024-02-01" }) { orders series { date } } }',
    );
    expect(long.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'interval' } });
    const weekly = await shop.ask<{ metrics: { series: unknown[] } }>(
      '{ metrics(between: { from: "2015-01-01", to: "2024-02-01" }, interval: MONTH) { series { date } } }',
    );
    expect(weekly.metrics.series).toHaveLength(110);
  });
});

test('a shop without events has figures of nothing, and no rates', async () => {
  await using empty = await openSubgraph(analytics);
  const answer = await empty.ask(
    '{ metrics(range: ALL_TIME) { orders revenue { amountMinor } averageOrderValue { amountMinor } conversionRate series { orders } } anomalies { totalCount edges { cursor } } }',
  );
  expect(answer).toEqual({
    metrics: {
      orders: 0,
      revenue: { amountMinor: 0 },
      averageOrderValue: null,
      conversionRate: null,
      series: [{ orders: 0 }],
    },
    anomalies: { totalCount: 0, edges: [] },
  });
});
