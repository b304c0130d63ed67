import { expect, test } from 'vitest';
import { users } from '../../../subgraphs/users/src/index.ts';
import { foldLog } from '../fold-log.ts';
import { openSubgraph } from '../open-subgraph.ts';
import { deliverOtherwise, drawEvents } from '../random-shop.ts';

test('shuffled, repeated and re-cut events give the same tables, and so does a replay', async () => {
  for (const seed of [1, 2, 3]) {
    const events = drawEvents(seed, 400).map((event, i) =>
      event.event === 'Product Added' && i % 2 === 0 ? { ...event, event: 'Email Opened' } : event,
    );
    const timeZone = 'Europe/Berlin';
    const expected = await foldLog(users, { deliveries: [events], batchSize: 10_000, timeZone });
    expect(expected['users.customer']).toHaveLength(5);
    expect(expected['users.customer_order']!.length).toBeGreaterThan(60);
    expect(expected['users.customer_refund']!.length).toBeGreaterThan(20);
    expect(expected['users.customer_day']!.length).toBeGreaterThan(5);
    expect(expected['users.customer_message']!.length).toBeGreaterThan(5);
    expect(expected['users.customer_profile_value']!.length).toBeGreaterThan(2);
    const deliveries = deliverOtherwise(events, seed + 100);
    expect(await foldLog(users, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
    expect(await foldLog(users, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
  }
});

test('a customer has the latest that was said of them, their totals net of refunds, and what comes late is taken in', async () => {
  await using shop = await openSubgraph(users);
  await shop.setShop({ currency: 'EUR' });
  const at = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T10:00:00.000Z`;
  const order = (messageId: string, day: number, price: number) => ({
    type: 'track' as const,
    event: 'Order Completed',
    messageId,
    userId: 'ann',
    originalTimestamp: at(day),
    properties: {
      order_id: messageId,
      currency: 'EUR',
      shipping: 5,
      products: [{ product_id: 'p', price, quantity: 2 }],
    },
  });
  await shop.send([
    order('o2', 10, 20),
    {
      type: 'identify',
      messageId: 'i2',
      userId: 'ann',
      originalTimestamp: at(9),
      traits: { name: 'Ann Lee', address: { city: 'Bern' } },
    },
  ]);
  await shop.projector.catchUp();
  await shop.send([
    order('o1', 3, 10),
    {
      type: 'identify',
      messageId: 'i1',
      userId: 'ann',
      originalTimestamp: at(1),
      traits: { name: 'Ann', email: 'ann@shop.test', address: { city: 'Basel', country: 'CH' } },
    },
    {
      type: 'track',
      event: 'Order Refunded',
      messageId: 'r1',
      userId: 'ann',
      originalTimestamp: at(12),
      properties: { order_id: 'o2', currency: 'EUR', products: [{ product_id: 'p', price: 20, quantity: 1 }] },
    },
    {
      type: 'track',
      event: 'Product Viewed',
      messageId: 'v1',
      anonymousId: 'dev',
      originalTimestamp: at(2),
      properties: { product_id: 'p' },
    },
  ]);
  await shop.projector.catchUp();
  const { rows } = await shop.db.query(
    `SELECT external_id, anonymous, name, email, country, city, order_count, revenue_minor, first_order_at, last_order_at, last_seen_at
     FROM users.customer ORDER BY customer_key`,
  );
  expect(rows).toEqual([
    expect.objectContaining({
      external_id: 'dev',
      anonymous: true,
      order_count: 0,
      revenue_minor: 0,
      first_order_at: null,
    }),
    {
      external_id: 'ann',
      anonymous: false,
      name: 'Ann Lee',
      email: 'ann@shop.test',
      country: 'CH',
      city: 'Bern',
      order_count: 2,
      revenue_minor: 2000 + 4000 - 2000,
      first_order_at: new Date(at(3)),
      last_order_at: new Date(at(10)),
      last_seen_at: new Date(at(12)),
    },
  ]);
});

test('an update replaces what an order comes to and a cancellation takes back what is left of it, also when they come first', async () => {
  const at = (day: number): string => `2026-03-${String(day + 1).padStart(2, '0')}T10:00:00.000Z`;
  const said = (event: string, day: number, properties: object, userId = 'ann') => ({
    type: 'track' as const,
    event,
    messageId: `${event} ${day}`,
    userId,
    originalTimestamp: at(day),
    properties: { currency: 'EUR', ...properties },
  });
  const line = (price: number, quantity: number) => ({ product_id: `p${price}`, price, quantity });
  const events = [
    said('Order Completed', 1, { order_id: 'A', shipping: 5, products: [line(20, 2)] }),
    said('Order Updated', 2, { order_id: 'A', shipping: 5, products: [line(20, 1), line(3, 1)] }),
    said('Order Completed', 3, { order_id: 'B', products: [line(10, 3)] }),
    said('Order Refunded', 4, { order_id: 'B', products: [line(10, 1)] }),
    // From the back office, which knows the order and not the customer.
    said('Order Cancelled', 5, { order_id: 'B' }, 'office'),
    said('Order Cancelled', 6, { order_id: 'nobody knows' }),
    // Of a day before the order: it is no word about it.
    said('Order Updated', 0, { order_id: 'A', products: [line(99, 9)] }),
  ];
  for (const arrival of [events, events.toReversed()]) {
    await using shop = await openSubgraph(users);
    await shop.setShop({ currency: 'EUR' });
    for (const event of arrival) {
      await shop.send([event]);
      await shop.projector.catchUp();
    }
    const read = async (sql: string) => (await shop.db.query(sql)).rows;
    expect(await read("SELECT order_count, revenue_minor FROM users.customer WHERE external_id = 'ann'")).toEqual([
      { order_count: 2, revenue_minor: 2_300 },
    ]);
    expect(
      await read('SELECT order_id, revenue_minor, total_minor, units, products FROM users.customer_order ORDER BY 1'),
    ).toEqual([
      { order_id: 'A', revenue_minor: 2_300, total_minor: 2_800, units: 2, products: ['p20', 'p3'] },
      { order_id: 'B', revenue_minor: 3_000, total_minor: 3_000, units: 3, products: ['p10'] },
    ]);
    expect(
      await read('SELECT customer_key, order_id, revenue_minor FROM users.customer_refund ORDER BY occurred_at'),
    ).toEqual([
      { customer_key: 'u:ann', order_id: 'B', revenue_minor: 1_000 },
      { customer_key: 'u:ann', order_id: 'B', revenue_minor: 2_000 },
    ]);
  }
});
