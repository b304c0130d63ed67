import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import pg from 'pg';
import { expect, test } from 'vitest';
import { demoShopState, fillDemoShop } from '../../standalone/src/demo-data.ts';
import { clearShop, requireReadyShop } from '../../standalone/src/shop-data.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

test('while the demo shop is being made it is not taken out, and nothing comes in beside it', async () => {
  await using database = await createTestDatabase(emptyShop);
  const dataDir = mkdtempSync(join(tmpdir(), 'cda-demo-'));
  const pool = createPool(database.url, { name: 'test', max: 1 });
  const gate = new pg.Client({ connectionString: database.url });
  await gate.connect();
  const events = async () => (await pool.query('SELECT count(*)::int AS events FROM events.log')).rows[0].events;
  try {
    await demoShopState(database.url);
    // Whoever holds the log holds the making up.
    await gate.query('BEGIN; LOCK TABLE events.log IN EXCLUSIVE MODE');
    const making = fillDemoShop({
      adminUrl: database.url,
      writerUrl: roleUrl(database.url, testSecret, 'cda_analytics'),
      dataDir,
      seed: 1,
      scale: 0.02,
      now: new Date('2026-11-23T12:00:00Z'),
      progress: () => undefined,
    });
    const begun = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while ((await pool.query(begun)).rowCount === 0) await sleep(20);
    const busy = { code: 'SYSTEM_BUSY', remedy: expect.stringContaining('Wait until') };
    await expect(clearShop(database.url)).rejects.toMatchObject(busy);
    await expect(requireReadyShop(database.url)).rejects.toMatchObject(busy);
    await gate.query('COMMIT');
    const made = await making;
    expect(await events()).toBe(made.events);
    await requireReadyShop(database.url);
    await clearShop(database.url);
    expect(await events()).toBe(0);
  } finally {
    await Promise.all([pool.end(), gate.end()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
});
