import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadChurnData } from '../../../subgraphs/users/src/features/churn-input.ts';
import { toChurnInput } from '../../../subgraphs/users/src/features/churn-windows.ts';
import { customerFeatures, featuresSqlFor } from '../../../subgraphs/users/src/features/customer-features.ts';
import { loadFeatureTable, momentLiteral, readFeatures } from '../../../subgraphs/users/src/features/feature-table.ts';
import { loadOrderHistory } from '../../../subgraphs/users/src/features/order-history.ts';
import { computeProductFeatures } from '../../../subgraphs/users/src/features/product-features.ts';
import { openSharedSnapshot } from '../../../subgraphs/users/src/features/shared-snapshot.ts';
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

const sql = featuresSqlFor(
  customerFeatures.map(({ name }) => name),
  { moment: '$1::timestamptz' },
);

const featuresAt = async (shop: OpenSubgraph, at: Date): Promise<unknown[][]> => {
  const { rows } = await shop.db.query({ text: sql, values: [at], rowMode: 'array' });
  return rows as unknown[][];
};

const loadHistory = async (shop: OpenSubgraph, asOf: Date) => {
  await using snapshot = await openSharedSnapshot(shop.db, 1);
  return await loadOrderHistory(snapshot, asOf);
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
    const now = await loadHistory(whole, new Date(start + 400 * dayMs));
    const then = await loadHistory(past, new Date(start + 400 * dayMs));
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
    const { input } = toChurnInput((await loadChurnData(whole.db, new Date(start + 300 * dayMs)))!);
    expect(input.snapshots.length).toBeGreaterThan(8);
    for (const { x } of input.snapshots) expect(x.every(Number.isFinite)).toBe(true);
    expect(input.current.columns(0, input.current.count).every(Number.isFinite)).toBe(true);
  });

  test('label nobody by an order of the snapshot itself, and leave windows open that are', async () => {
    const asOf = new Date(start + 300 * dayMs);
    const input = (await loadChurnData(whole.db, asOf))!;
    const history = await loadHistory(whole, asOf);
    for (const { day, customer, left } of input.snapshots) {
      expect(left === undefined).toBe(day + input.horizonDays > input.asOfDay + 1e-6);
      for (const [i, c] of customer.entries()) {
        const days = [...history.day.slice(history.start[c]!, history.start[c + 1]!)];
        expect(days.some((d) => d < day)).toBe(true);
        if (left) expect(left[i]).toBe(days.some((d) => d >= day && d <= day + input.horizonDays) ? 0 : 1);
      }
    }
  });

  test('are the same whether one connection reads them or three do, and for some customers by their keys', async () => {
    const names = customerFeatures.map(({ name }) => name);
    const width = names.length;
    const load = async (readers: number) => {
      await using snapshot = await openSharedSnapshot(whole.db, readers);
      const table = await loadFeatureTable(snapshot, names, moment, Float64Array);
      const history = await loadOrderHistory(snapshot, moment);
      return { ...table, history };
    };
    const rowsOf = ({ keys, values }: { keys: string[]; values: Float64Array }) =>
      new Map(keys.map((key, i) => [key, [...values.subarray(i * width, i * width + width)]]));
    const [alone, together] = [await load(1), await load(3)];
    expect(together.keys).not.toEqual(alone.keys);
    expect(rowsOf(together)).toEqual(rowsOf(alone));
    for (const { keys, values, history } of [alone, together]) {
      // Rows of the history and of the features belong to the same customers.
      expect(history.customers).toEqual(keys);
      expect(keys.map((_, i) => values[i * width + names.indexOf('orders')])).toEqual(
        keys.map((_, i) => history.start[i + 1]! - history.start[i]!),
      );
      const lines = keys.map((_, i) => history.lines[history.start[i + 1]!]! - history.lines[history.start[i]!]!);
      expect(lines.reduce((sum, count) => sum + count, 0)).toBe(history.product.length);
    }
    const client = await whole.db.connect();
    try {
      const some = alone.keys.filter((_, i) => i % 3 === 0);
      const keys = `ARRAY[${some.map((key) => client.escapeLiteral(key)).join()}]::text[]`;
      const scope = { moment: momentLiteral(moment), keys };
      const table = await readFeatures(client, names, scope, Float64Array);
      expect(rowsOf(table)).toEqual(new Map([...rowsOf(alone)].filter(([key]) => some.includes(key))));
    } finally {
      client.release();
    }
  });
});
