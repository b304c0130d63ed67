import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

let database: TestDatabase;
let analytics: Pool;
let users: Pool;

beforeAll(async () => {
  database = await createTestDatabase(emptyShop);
  analytics = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' });
  users = createPool(roleUrl(database.url, testSecret, 'cda_users'), { name: 'test' });
});

afterAll(async () => {
  await analytics?.end();
  await users?.end();
  await database?.[Symbol.asyncDispose]();
});

const view = (messageId: string, more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  type: 'track',
  event: 'Product Viewed',
  messageId,
  userId: 'ann',
  originalTimestamp: '2026-01-02T03:04:05.000Z',
  properties: { product_id: 'p1', price: 12.5 },
  ...more,
});
const door = { source: 'test', currency: 'EUR', mayChangeCatalogue: true };

describe('the log', () => {
  test('keeps an event once however often it is sent, and says so', async () => {
    const first = await acceptEvents(analytics, [view('a'), view('b'), view('a')], door);
    expect(first.map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'ACCEPTED', 'DUPLICATE']);
    const second = await acceptEvents(analytics, [view('b'), view('c')], door);
    expect(second.map(({ verdict }) => verdict)).toEqual(['DUPLICATE', 'ACCEPTED']);
    const { rows } = await users.query(
      "SELECT message_id, properties FROM events.log WHERE customer_key = 'u:ann' ORDER BY seq",
    );
    expect(rows.map((row) => row.message_id)).toEqual(['a', 'b', 'c']);
    expect(rows[0].properties).toEqual({ product_id: 'p1', price_minor: 1250, currency: 'EUR' });
  });

  test('keeps whatever stands in an id as it is, and of two equal events of a batch the first', async () => {
    const ids = [
      'NULL',
      'null',
      '{a,b}',
      '"quoted"',
      '\\',
      'a\\"b',
      ' space ',
      'line\nbreak',
      'тест',
      "o'clock",
      '%s$1',
    ];
    const odd = ids.map((id, n) =>
      view(id, { userId: `odd ${id}`, anonymousId: `{"${id}`, properties: { product_id: id, n } }),
    );
    const again = view('NULL', { userId: 'odd NULL', properties: { product_id: 'another' } });
    const verdicts = await acceptEvents(analytics, [...odd, again], door);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([...ids.map(() => 'ACCEPTED'), 'DUPLICATE']);
    const { rows } = await users.query(
      `SELECT message_id, user_id, anonymous_id, properties->>'product_id' AS product FROM events.log
       WHERE starts_with(user_id, 'odd ') ORDER BY (properties->>'n')::int`,
    );
    expect(rows).toEqual(
      ids.map((id) => ({ message_id: id, user_id: `odd ${id}`, anonymous_id: `{"${id}`, product: id })),
    );
  });

  test('lets one message id of two customers be two events', async () => {
    const verdicts = await acceptEvents(analytics, [view('same'), view('same', { userId: 'bob' })], door);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'ACCEPTED']);
  });

  test('keeps a refused event in quarantine with its reason and takes its neighbours in', async () => {
    const verdicts = await acceptEvents(
      analytics,
      [view('good1'), view('nul', { properties: { product_id: 'a\u0000b' } }), view('good2')],
      door,
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED']);
    const { rows } = await analytics.query("SELECT code, path FROM events.quarantine WHERE code = 'UNSTORABLE_TEXT'");
    expect(rows).toEqual([{ code: 'UNSTORABLE_TEXT', path: 'properties.product_id' }]);
  });

  test('can be written through the one function only, and by ingest only', async () => {
    const insert = `INSERT INTO events.log (customer_key, message_id, type, name, occurred_at, received_at, source, properties, context)
      VALUES ('x', 'x', 'track', 'x', now(), now(), 'x', '{}', '{}')`;
    await expect(analytics.query(insert)).rejects.toThrow(/permission denied/);
    await expect(users.query("SELECT events.append('[]'::json)")).rejects.toThrow(/permission denied/);
    const columns = "'{}', '{}', '{}', '{}', '{}', '{}', '{}', '[]', '[]', now(), 'x'";
    await expect(users.query(`SELECT events.append(${columns})`)).rejects.toThrow(/permission denied/);
    await expect(analytics.query('DELETE FROM events.log')).rejects.toThrow(/permission denied/);
  });

  test('is the only thing that subgraphs share: each is shut out of the schemas of the others', async () => {
    await expect(users.query('SELECT * FROM analytics.projection_cursor')).rejects.toThrow(/permission denied/);
    await expect(analytics.query('SELECT * FROM users.projection_cursor')).rejects.toThrow(/permission denied/);
  });

  test('does not report a number as final while a lower one is in flight', async () => {
    const before = (await users.query('SELECT events.safe_seq() AS seq')).rows[0].seq;
    const slow = await analytics.connect();
    try {
      await slow.query('BEGIN');
      await slow.query(
        "SELECT events.append('{u:slow}', '{s}', '{track}', '{x}', '{2026-01-01}', '{NULL}', '{NULL}', '[{}]', '[{}]', '2026-01-01', 't')",
      );
      await acceptEvents(analytics, [view('overtakes')], door);
      await expect(users.query('SELECT events.safe_seq()')).rejects.toMatchObject({ code: '55P03' });
      await slow.query('COMMIT');
    } finally {
      slow.release();
    }
    const after = (await users.query('SELECT events.safe_seq() AS seq')).rows[0].seq;
    expect(after).toBe(before + 2);
  });
});
