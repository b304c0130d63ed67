import { createPool } from '@cda/platform/database/pool.ts';
import { inTransaction } from '@cda/platform/database/transaction.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { refuseWhileDemoIsMade } from './demo-making.ts';
import { subgraphDefinitions } from './subgraphs.ts';

/** Settings of the shop that data brings along. */
export interface ShopSettings {
  name: string;
  currency: string;
  timeZone: string;
  demo: boolean;
  attribution: string | null;
}

/** What stands in the shop. */
export interface ShopState {
  demo: boolean;
  events: number;
  name: string;
  currency: string;
  timeZone: string;
}

/** Reads what stands in the shop: whether it is the demo, and how many events there are (at most one past 1,000 is told apart). */
export async function readShopState(adminUrl: string): Promise<ShopState> {
  const pool = createPool(adminUrl, { name: 'shop', max: 1 });
  try {
    const { rows } = await pool.query<ShopState>(
      `SELECT demo, name, currency, time_zone AS "timeZone",
         (SELECT count(*) FROM (SELECT FROM events.log LIMIT 1001) l) AS events FROM events.shop`,
    );
    return rows[0] as ShopState;
  } finally {
    await pool.end();
  }
}

/** Makes sure that data of somebody's own may come in now. Throws AppError while the demo shop is being made. */
export async function requireReadyShop(adminUrl: string): Promise<void> {
  const pool = createPool(adminUrl, { name: 'shop', max: 1 });
  try {
    await inTransaction(pool, refuseWhileDemoIsMade);
  } finally {
    await pool.end();
  }
}

/** Sets the shop up for its first data. */
export async function setShop(adminUrl: string, settings: ShopSettings): Promise<void> {
  const pool = createPool(adminUrl, { name: 'shop', max: 1 });
  try {
    await pool.query('UPDATE events.shop SET name = $1, currency = $2, time_zone = $3, demo = $4, attribution = $5', [
      settings.name,
      settings.currency,
      settings.timeZone,
      settings.demo,
      settings.attribution,
    ]);
  } finally {
    await pool.end();
  }
}

/**
 * Takes every event out, with all that was made of them: projections, scores, model versions, quarantine. Accounts and keys stay.
 * One transaction; a running system goes on with an empty shop.
 */
export async function clearShop(adminUrl: string): Promise<void> {
  const pool = createPool(adminUrl, { name: 'shop', max: 1, statementTimeoutMs: 0 });
  try {
    await inTransaction(pool, async (tx) => {
      await refuseWhileDemoIsMade(tx);
      // First the cursors, in the projectors' order: whoever folds a batch in finishes it before.
      for (const name of subgraphNames)
        await tx.query(`SELECT FROM ${name}.projection_cursor ORDER BY name FOR UPDATE`);
      await tx.query('TRUNCATE events.log, events.quarantine');
      for (const name of subgraphNames) {
        const { projections, models } = subgraphDefinitions[name];
        const tables = [...projections, ...models].flatMap((owner) => owner.tables);
        if (tables.length > 0) await tx.query(`TRUNCATE ${[...new Set(tables)].join(', ')}`);
        await tx.query(`DELETE FROM ${name}.projection_fault`);
        await tx.query(`UPDATE ${name}.projection_cursor SET seq = 0, updated_at = now()`);
      }
      await tx.query('DROP TABLE IF EXISTS platform.demo_shop');
      await tx.query("DELETE FROM registry.training_run WHERE status NOT IN ('QUEUED', 'RUNNING')");
      await tx.query('DELETE FROM registry.model_version');
      await tx.query("SELECT pg_notify('models', ''), pg_notify('events', '')");
    });
  } finally {
    await pool.end();
  }
}
