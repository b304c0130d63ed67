import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

let database: TestDatabase;
let ingest: Pool;
let reader: Pool;

beforeAll(async () => {
  database = await createTestDatabase(emptyShop);
  ingest = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' });
  reader = createPool(roleUrl(database.url, testSecret, 'cda_users'), { name: 'test' });
});

afterAll(async () => {
  await ingest?.end();
  await reader?.end();
  await database?.[Symbol.asyncDispose]();
});

let sent = 0;
const said = (event: string, orderId: string, properties: object = {}): IncomingEvent => ({
  type: 'track',
  event,
  messageId: `f${sent++}`,
  userId: `u${sent % 3}`,
  originalTimestamp: new Date(Date.UTC(2026, 0, 1) + (sent % 50) * 60_000).toISOString(),
  properties: { order_id: orderId, currency: 'EUR', ...properties },
});
const send = async (events: readonly IncomingEvent[]): Promise<number> => {
  const verdicts = await acceptEvents(ingest, events, { source: 'test', currency: 'EUR', mayChangeCatalogue: true });
  expect(verdicts.every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true);
  return (await reader.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events.log')).rows[0]!.seq;
};
/** What the ranges between these numbers change, summed up by event; what comes to nothing is left out. */
const summed = async (cuts: readonly number[]): Promise<string[]> => {
  const { rows } = await reader.query<{ fact: string }>(
    `SELECT concat_ws(' ', f.customer_key, f.message_id, f.name, f.occurred_at, f.properties, sum(f.sign)) AS fact
     FROM unnest($1::bigint[], $2::bigint[]) AS r (after, upto), LATERAL events.order_facts(r.after, r.upto) f
     GROUP BY f.customer_key, f.message_id, f.name, f.occurred_at, f.properties HAVING sum(f.sign) <> 0 ORDER BY 1`,
    [cuts.slice(0, -1), cuts.slice(1)],
  );
  return rows.map(({ fact }) => fact);
};

describe('facts of orders', () => {
  test('add up to the same however the log is cut, also where an id is spoken of more than a thousand times', async () => {
    const line = { product_id: 'p', price: 5, quantity: 1 };
    const refund = (): IncomingEvent => said('Order Refunded', 'often', { products: [line] });
    const from = await send([]);
    const last = await send([
      said('Order Cancelled', 'often'),
      said('Order Completed', 'often', { products: [{ ...line, quantity: 20 }] }),
      ...Array.from({ length: 15 }, refund),
      said('Order Completed', 'once', { products: [line] }),
      said('Order Updated', 'once', { products: [line, line] }),
      ...Array.from({ length: 1_200 }, refund),
      said('Order Updated', 'often', { revenue: 1 }),
    ]);
    const whole = await summed([from, last]);
    // Past the thousandth it is taken as sent: one completion, every refund, and no cancellation.
    expect(whole.filter((fact) => fact.includes('cancelled:'))).toEqual([]);
    expect(whole).toHaveLength(1 + 1_215 + 1);
    const random = createRandom(5);
    for (let round = 0; round < 4; round++) {
      const cuts = Array.from({ length: 30 }, () => from + random.integer(last - from));
      expect(await summed([from, ...cuts.sort((a, b) => a - b), last])).toEqual(whole);
    }
  });

  test('know a cancellation until then', async () => {
    const from = await send([]);
    const last = await send([
      said('Order Completed', 'few', { products: [{ product_id: 'p', price: 5, quantity: 3 }] }),
      said('Order Refunded', 'few', { products: [{ product_id: 'p', price: 5, quantity: 1 }] }),
      said('Order Cancelled', 'few'),
    ]);
    const cancelled = (await summed([from, last])).filter((fact) => fact.includes('cancelled:few'));
    expect(cancelled).toHaveLength(1);
    expect(cancelled[0]).toContain('"revenue_minor": 1000');
    expect(cancelled[0]).toContain('"quantity": 2');
  });
});
