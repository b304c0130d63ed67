import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadChurnInput } from '../../../subgraphs/users/src/features/churn-input.ts';
import { customerFeatures, featuresSql } from '../../../subgraphs/users/src/features/customer-features.ts';
import { loadOrderHistory } from '../../../subgraphs/users/src/features/order-history.ts';
import { computeProductFeatures } from '../../../subgraphs/users/src/features/product-features.ts';
import { users } from '../../../subgraphs/users/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2025, 0, 1);
const moment = new Date(start + 200 * dayMs + 13 * 3_600_000);

/** Orders, refunds and visits of 40 customers over 300 days. */
function drawHistory(seed: number, until: number): IncomingEvent[] {
  const random = createRandom(seed);
  const events: IncomingEvent[] = [];
  for (let c = 0; c < 40; c++) {
    for (let i = 0; i < 12; i++) {
      const time = start + random.next() * 300 * dayMs;
      const base = { messageId: `${c}.${i}`, userId: `c${c}`, originalTimestamp: new Date(time).toISOString() };
      const products = Array.from({ length: 1 + random.integer(4) }, () => ({
        product_id: `p${random.integer(20)}`,
        price: 1 + random.integer(30),
        quantity: 1 + random.integer(3),
      }));
      const kind = random.next();
      if (kind < 0.6) {
        const properties = {
          order_id: base.messageId,
          currency: 'EUR',
          products,
          ...(random.next() < 0.3 ? { coupon: 'X', discount: 1 } : {}),
        };
        events.push({ ...base, type: 'track', event: 'Order Completed', properties });
      } else if (kind < 0.7) {
        events.push({
          ...base,
          type: 'track',
          event: 'Order Refunded',
          properties: { order_id: 'x', currency: 'EUR', products: [{ product_id: 'p1', price: 3, quantity: 1 }] },
        });
      } else {
        events.push({
          ...base,
          type: 'track',
          event: random.next() < 0.5 ? 'Product Viewed' : 'Product Added',
          properties: { product_id: 'p2' },
        });
      }
    }
  }
  return events.filter(({ originalTimestamp }) => Date.parse(originalTimestamp!) < until);
}

const featuresAt = async (shop: OpenSubgraph, at: Date): Promise<unknown[][]> => {
  const { rows } = await shop.db.query({ text: featuresSql, values: [at, 1, 1], rowMode: 'array' });
  return rows as unknown[][];
};

let whole: OpenSubgraph;
let past: OpenSubgraph;
beforeAll(async () => {
  [whole, past] = await Promise.all([openSubgraph(users), openSubgraph(users)]);
  for (const [shop, until] of [
    [whole, Number.POSITIVE_INFINITY],
    [past, moment.getTime()],
  ] as const) {
    await shop.setShop({ currency: 'EUR' });
    await shop.send(drawHistory(7, until));
    await shop.projector.catchUp();
  }
});
afterAll(async () => {
  await whole?.[Symbol.asyncDispose]();
  await past?.[Symbol.asyncDispose]();
});

describe('features as of a past moment', () => {
  test('are the same whether or not the future has happened', async () => {
    const rows = await featuresAt(whole, moment);
    expect(rows.length).toBeGreaterThan(35);
    expect(rows).toEqual(await featuresAt(past, moment));
    expect(await featuresAt(whole, new Date(moment.getTime() + 60 * dayMs))).not.toEqual(rows);
  });

  test('of products are so too', async () => {
    const at = moment.getTime() / dayMs;
    const now = await loadOrderHistory(whole.db, new Date(start + 400 * dayMs));
    const then = await loadOrderHistory(past.db, new Date(start + 400 * dayMs));
    const features = computeProductFeatures(now, at, start / dayMs);
    const before = computeProductFeatures(then, at, start / dayMs);
    const width = features.length / now.customers.length;
    for (const [i, key] of then.customers.entries()) {
      const j = now.customers.indexOf(key);
      expect(features.slice(j * width, j * width + width)).toEqual(before.slice(i * width, i * width + width));
    }
  });

  test('agree with a count by hand', async () => {
    const events = drawHistory(7, moment.getTime());
    const rows = await featuresAt(whole, moment);
    const read = (row: unknown[], name: string): number =>
      row[1 + customerFeatures.findIndex((f) => f.name === name)] as number;
    for (const row of rows) {
      const own = events.filter((event) => `u:${event.userId}` === row[0]);
      const orders = own.filter(({ event }) => event === 'Order Completed');
      const times = orders.map(({ originalTimestamp }) => Date.parse(originalTimestamp!)).sort((a, b) => a - b);
      const revenue = orders.reduce((sum, { properties }) => {
        const lines = properties!['products'] as { price: number; quantity: number }[];
        return (
          sum +
          lines.reduce((total, { price, quantity }) => total + price * quantity * 100, 0) -
          (properties!['discount'] ? 100 : 0)
        );
      }, 0);
      expect(read(row, 'orders')).toBe(orders.length);
      expect(read(row, 'revenueMinor')).toBe(revenue);
      expect(read(row, 'recencyDays')).toBeCloseTo((moment.getTime() - times.at(-1)!) / dayMs, 6);
      expect(read(row, 'tenureDays')).toBeCloseTo((moment.getTime() - times[0]!) / dayMs, 6);
      expect(read(row, 'refunds')).toBe(own.filter(({ event }) => event === 'Order Refunded').length);
      expect(read(row, 'couponShare')).toBeCloseTo(
        orders.filter(({ properties }) => properties!['coupon']).length / orders.length,
        9,
      );
      const days = new Set(times.map((time) => Math.floor(time / dayMs)));
      expect(read(row, 'orderDays')).toBe(days.size);
      expect(read(row, 'orderDays90')).toBe([...days].filter((day) => moment.getTime() / dayMs - day <= 90).length);
      const visits = own.filter(
        ({ event, originalTimestamp }) =>
          event?.startsWith('Product') && Date.parse(originalTimestamp!) < Date.UTC(2025, 6, 20),
      );
      expect(read(row, 'everVisited')).toBe(visits.length > 0 ? 1 : 0);
    }
  });

  test('never hold a number that is none', async () => {
    const input = (await loadChurnInput(whole.db, new Date(start + 300 * dayMs)))!;
    expect(input.snapshots.length).toBeGreaterThan(8);
    for (const { x } of [...input.snapshots, input.current]) expect(x.every(Number.isFinite)).toBe(true);
  });

  test('label nobody by an order of the snapshot itself, and leave windows open that are', async () => {
    const asOf = new Date(start + 300 * dayMs);
    const input = (await loadChurnInput(whole.db, asOf))!;
    const history = await loadOrderHistory(whole.db, asOf);
    for (const { day, customer, left } of input.snapshots) {
      expect(left === undefined).toBe(day + input.horizonDays > input.asOfDay + 1e-6);
      for (const [i, c] of customer.entries()) {
        const days = [...history.day.slice(history.start[c]!, history.start[c + 1]!)];
        expect(days.some((d) => d < day)).toBe(true);
        if (left) expect(left[i]).toBe(days.some((d) => d >= day && d <= day + input.horizonDays) ? 0 : 1);
      }
    }
  });
});
