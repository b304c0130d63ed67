import { expect, test } from 'vitest';
import { analytics } from '../../../subgraphs/analytics/src/index.ts';
import { foldLog } from '../fold-log.ts';
import { orderSums } from '../order-oracle.ts';
import { deliverOtherwise, drawEvents } from '../random-shop.ts';

test('shuffled, repeated and re-cut events give the same tables, and so does a replay', async () => {
  for (const seed of [4, 5, 6]) {
    const events = drawEvents(seed, 400);
    const timeZone = 'Europe/Berlin';
    const expected = await foldLog(analytics, { deliveries: [events], batchSize: 10_000, timeZone });
    expect(expected['analytics.day_money']!.length).toBeGreaterThan(4);
    expect(expected['analytics.customer_day']!.length).toBeGreaterThan(10);
    const deliveries = deliverOtherwise(events, seed + 100);
    expect(await foldLog(analytics, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
    expect(await foldLog(analytics, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
  }
});

test('an event that comes a month late changes its own day only', async () => {
  const events = drawEvents(7, 200);
  const late = {
    ...events.find((event) => event.event === 'Order Completed')!,
    messageId: 'late',
    originalTimestamp: '2024-02-20T12:00:00Z',
  };
  const options = { batchSize: 100, timeZone: 'UTC' };
  const before = await foldLog(analytics, { ...options, deliveries: [events] });
  const after = await foldLog(analytics, { ...options, deliveries: [events, [late]] });
  const changed = after['analytics.day_money']!.filter((row) => !before['analytics.day_money']!.includes(row));
  expect(changed).toHaveLength(1);
  expect(changed[0]).toContain('2024-02-20');
});

test('revenue, refunds and units agree with the orders counted by hand, corrections included', async () => {
  for (const seed of [12, 13, 14]) {
    const events = drawEvents(seed, 300);
    const tables = await foldLog(analytics, { deliveries: [events], batchSize: 40, timeZone: 'UTC' });
    const days = tables['analytics.day_money']!.map((row) => row.slice(1, -1).split(','));
    const sum = (column: number, currency?: string): number =>
      days.reduce((total, row) => total + (currency && row[1] !== currency ? 0 : Number(row[column])), 0);
    for (const currency of ['EUR', 'USD']) {
      const { units, revenueMinor, refundsMinor } = orderSums(events, currency);
      expect({ units: sum(3), revenueMinor: sum(4, currency), refundsMinor: sum(7, currency) }).toEqual({
        units,
        revenueMinor,
        refundsMinor,
      });
    }
  }
});
