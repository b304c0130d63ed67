import { createCancellation, forEverybody, whileWaitedFor } from '@cda/platform/database/cancellation.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { emptyShop } from '../../system-template.ts';

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let watcher: ReturnType<typeof createPool>;
let cancellation: ReturnType<typeof createCancellation>;
beforeAll(async () => {
  database = await createTestDatabase(emptyShop);
  cancellation = createCancellation(database.url, 'try');
  pool = createPool(database.url, { name: 'try', max: 2, client: cancellation.Client });
  watcher = createPool(database.url, { name: 'watcher', max: 1 });
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await watcher?.end();
  await cancellation?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

/** Statements that are at work in the pool's connections. */
const atWork = async (): Promise<number> => {
  const { rows } = await watcher.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'try' AND state = 'active'",
  );
  return rows[0]?.n ?? 0;
};
const sleep = 'SELECT pg_sleep(60)';

describe('statements that nobody waits for', () => {
  test('end in the database, sent by the pool and by a connection', async () => {
    const abort = new AbortController();
    const byPool = whileWaitedFor(abort.signal, () => pool.query(sleep));
    const byClient = whileWaitedFor(abort.signal, async () => {
      const client = await pool.connect();
      try {
        return await client.query(sleep);
      } finally {
        client.release();
      }
    });
    const both = Promise.allSettled([byPool, byClient]);
    await expect.poll(atWork).toBe(2);
    abort.abort();
    expect(await both).toMatchObject([{ reason: { code: '57014' } }, { reason: { code: '57014' } }]);
    expect(await atWork()).toBe(0);
    await expect(whileWaitedFor(abort.signal, () => pool.query('SELECT 1'))).rejects.toThrow('Nobody waits');
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('take nothing of others with them, whoever had the connection before', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, async (_, i) => {
        const abort = new AbortController();
        const leaves = i % 2 === 0;
        const asked = whileWaitedFor(abort.signal, () => pool.query('SELECT pg_sleep(0.004), $1::int AS i', [i]));
        if (leaves) setTimeout(() => abort.abort(), (i * 7) % 40).unref();
        return (await asked).rows[0] as { i: number };
      }),
    );
    for (const [i, result] of results.entries()) {
      if (i % 2 === 1) expect(result).toMatchObject({ status: 'fulfilled', value: { i } });
    }
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  });

  test('go on where others share them', async () => {
    const abort = new AbortController();
    const shared = whileWaitedFor(abort.signal, () => forEverybody(() => pool.query('SELECT pg_sleep(0.1), 7 AS n')));
    abort.abort();
    expect((await shared).rows[0]).toMatchObject({ n: 7 });
  });
});
