import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { defineProjection } from '@cda/platform/events/projection.ts';
import { createProjector, type Projector } from '@cda/platform/events/projector.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

let database: TestDatabase;
let ingest: Pool;
let users: Pool;

beforeEach(async () => {
  database = await createTestDatabase(emptyShop);
  ingest = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' });
  users = createPool(roleUrl(database.url, testSecret, 'cda_users'), { name: 'test', statementTimeoutMs: 0 });
  await users.query('CREATE TABLE users.total (who text PRIMARY KEY, amount bigint NOT NULL)');
});

afterEach(async () => {
  await ingest?.end();
  await users?.end();
  await database?.[Symbol.asyncDispose]();
});

const totals = defineProjection({
  name: 'total',
  version: 1,
  tables: ['users.total'],
  apply: [
    `INSERT INTO users.total AS t (who, amount)
     SELECT customer_key, sum((properties->>'amount')::int) FROM events.log
     WHERE seq > $1 AND seq <= $2 AND name = 'Paid' GROUP BY customer_key
     ON CONFLICT (who) DO UPDATE SET amount = t.amount + EXCLUDED.amount`,
  ],
});
const projector = (more: { batchSize?: number; version?: number } = {}): Projector =>
  createProjector({
    subgraph: 'users',
    projections: [{ ...totals, version: more.version ?? 1 }],
    pool: users,
    databaseUrl: roleUrl(database.url, testSecret, 'cda_users'),
    log: silentLog,
    ...(more.batchSize ? { batchSize: more.batchSize } : {}),
  });
const paid = (messageId: string, amount: unknown, userId = 'ann'): IncomingEvent => ({
  type: 'track',
  event: 'Paid',
  messageId,
  userId,
  properties: { amount },
});
const send = (...events: IncomingEvent[]) =>
  acceptEvents(ingest, events, { source: 'test', currency: 'EUR', mayChangeCatalogue: true });
const tables = async () => (await users.query('SELECT who, amount FROM users.total ORDER BY who')).rows;

describe('a projector', () => {
  test('folds every event in once, however the batches are cut', async () => {
    await send(...Array.from({ length: 25 }, (_, i) => paid(`m${i}`, i, i % 2 ? 'ann' : 'bob')));
    await using one = projector({ batchSize: 3 });
    await one.catchUp();
    await one.catchUp();
    expect(await tables()).toEqual([
      { who: 'u:ann', amount: 144 },
      { who: 'u:bob', amount: 156 },
    ]);
  });

  test('sets an event aside that it cannot take, and goes on with its neighbours', async () => {
    await send(paid('a', 1), paid('poison', 'many'), paid('c', 4));
    await using one = projector();
    await one.catchUp();
    expect(await tables()).toEqual([{ who: 'u:ann', amount: 5 }]);
    expect(await one.states()).toMatchObject([{ name: 'total', lag: 0, faults: 1 }]);
  });

  test('shared by two processes counts nothing twice', async () => {
    await send(...Array.from({ length: 40 }, (_, i) => paid(`m${i}`, 1)));
    await using one = projector({ batchSize: 2 });
    await using two = projector({ batchSize: 3 });
    await Promise.all([one.catchUp(), two.catchUp()]);
    expect(await tables()).toEqual([{ who: 'u:ann', amount: 40 }]);
  });

  test('replays to the same tables, and starts anew when its version is raised', async () => {
    await send(paid('a', 1), paid('b', 2));
    {
      await using one = projector();
      await one.catchUp();
      await users.query('UPDATE users.total SET amount = 999');
      await one.replay();
      expect(await tables()).toEqual([{ who: 'u:ann', amount: 3 }]);
      await users.query('UPDATE users.total SET amount = 999');
    }
    await using raised = projector({ version: 2 });
    await raised.catchUp();
    expect(await tables()).toEqual([{ who: 'u:ann', amount: 3 }]);
  });

  test('begins again from zero where the log was rewritten beneath it, also where nothing is left', async () => {
    const admin = createPool(database.url, { name: 'test' });
    try {
      await send(paid('a', 1), paid('b', 2, 'bob'), paid('c', 4));
      await using one = projector({ batchSize: 2 });
      await one.catchUp();
      await admin.query("DELETE FROM events.log WHERE customer_key = 'u:bob'");
      await one.catchUp();
      expect(await tables()).toHaveLength(2);
      await admin.query('UPDATE users.projection_cursor SET rebuild = true');
      await one.catchUp();
      expect(await tables()).toEqual([{ who: 'u:ann', amount: 5 }]);
      await admin.query('TRUNCATE events.log RESTART IDENTITY');
      await admin.query('UPDATE users.projection_cursor SET rebuild = true');
      await one.catchUp();
      expect(await tables()).toEqual([]);
      await send(paid('d', 8));
      await one.catchUp();
      expect(await tables()).toEqual([{ who: 'u:ann', amount: 8 }]);
    } finally {
      await admin.end();
    }
  });

  test('follows the log when it is woken', async () => {
    await using one = projector();
    one.follow();
    await send(paid('a', 7));
    await expect.poll(tables, { timeout: 5_000 }).toEqual([{ who: 'u:ann', amount: 7 }]);
  });
});
