import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPool } from '@cda/platform/database/pool.ts';
import { acceptEvents, type Verdict } from '@cda/platform/events/accept.ts';
import { holdDemoMaking } from './demo-making.ts';
import { createDemoShop, type DemoShop } from './demo-shop/index.ts';
import { currency, timeZone } from './demo-shop/world.ts';
import { setShop } from './shop-data.ts';

export interface DemoData {
  events: number;
  customers: number;
  products: number;
}

export interface DemoDataOptions {
  adminUrl: string;
  /** Login that may append to the log. */
  writerUrl: string;
  dataDir: string;
  seed: number;
  scale: number;
  now: Date;
  progress(done: number, of: number): void;
}

/** What is kept about the demo shop in the database: with it, a shop that was made half-way is completed event for event. */
interface DemoShopRow {
  seed: number;
  scale: number;
  until: Date;
  complete: boolean;
}

/** Batches on their way into the log at once: while the server stores one, the next ones are checked here. */
const inFlight = 3;
const eventsAtScale1 = 411_000;

/** What stands in the database: nothing, somebody's data, or a demo shop that is whole or not. */
export type DemoShopState = { kind: 'empty' } | { kind: 'real' } | { kind: 'demo'; shop: DemoShopRow };

/** Looks what shop the database holds. */
export async function demoShopState(adminUrl: string): Promise<DemoShopState> {
  const pool = createPool(adminUrl, { name: 'demo', max: 1 });
  try {
    await pool.query(
      `CREATE TABLE IF NOT EXISTS platform.demo_shop (one boolean PRIMARY KEY DEFAULT true CHECK (one), seed integer NOT NULL,
         scale double precision NOT NULL, until timestamptz NOT NULL, complete boolean NOT NULL DEFAULT false)`,
    );
    const { rows } = await pool.query<{ demo: boolean; filled: boolean }>(
      'SELECT demo, EXISTS (SELECT FROM events.log) AS filled FROM events.shop',
    );
    const made = await pool.query<DemoShopRow>('SELECT seed, scale, until, complete FROM platform.demo_shop');
    const shop = made.rows[0];
    if (rows[0]?.demo && shop) return { kind: 'demo', shop };
    return { kind: rows[0]?.filled ? 'real' : 'empty' };
  } finally {
    await pool.end();
  }
}

/**
 * Makes the demo shop and sends its events through the one door to the log. Stopped half-way it is completed by the next
 * call: the same shop gives the same events, and the log takes each once. What is true of the shop (who leaves, what prices
 * do) is kept beside the database for those who want to judge the models; nothing that fits a model reads it.
 */
export async function fillDemoShop(options: DemoDataOptions): Promise<DemoData> {
  const { adminUrl, writerUrl, dataDir, progress } = options;
  const admin = createPool(adminUrl, { name: 'demo', max: 2 });
  const making = await admin.connect();
  const writer = createPool(writerUrl, { name: 'demo', max: inFlight, statementTimeoutMs: 0 });
  try {
    await holdDemoMaking(making);
    const until = new Date(Math.floor(options.now.getTime() / 3_600_000) * 3_600_000);
    await admin.query(
      'INSERT INTO platform.demo_shop (seed, scale, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [options.seed, options.scale, until],
    );
    await setShop(adminUrl, { name: 'Demo shop', currency, timeZone, demo: true, attribution: null });
    const kept = await admin.query<DemoShopRow>('SELECT seed, scale, until, complete FROM platform.demo_shop');
    const { seed, scale, until: lastMoment } = kept.rows[0]!;
    const shop = createDemoShop({ seed, scale, until: lastMoment });
    const events = await append(shop, writer, Math.round(eventsAtScale1 * scale), progress);
    await writeFile(join(dataDir, 'demo-shop-truth.json'), JSON.stringify(shop.truth, undefined, 1));
    await admin.query('UPDATE platform.demo_shop SET complete = true');
    return { events, customers: shop.truth.customers.length, products: shop.truth.products.length };
  } finally {
    // Its lock ends with it.
    making.release(true);
    await Promise.all([admin.end(), writer.end()]);
  }
}

async function append(
  shop: DemoShop,
  writer: ReturnType<typeof createPool>,
  expected: number,
  progress: DemoDataOptions['progress'],
): Promise<number> {
  let sent = 0;
  let stored = 0;
  const waiting: Promise<Verdict[]>[] = [];
  const takeFirst = async () => {
    const verdicts = await waiting.shift()!;
    const refused = verdicts.find((verdict) => verdict.rejection);
    if (refused) throw new Error(`The demo shop made an event that the log refuses: ${JSON.stringify(refused)}.`);
    stored += verdicts.length;
    progress(stored, Math.max(expected, sent));
  };
  for (const batch of shop.events()) {
    sent += batch.length;
    const accepted = acceptEvents(writer, batch, { source: 'demo-shop', currency, mayChangeCatalogue: true });
    // Whoever waits for it first reports its failure.
    accepted.catch(() => undefined);
    waiting.push(accepted);
    if (waiting.length === inFlight) await takeFirst();
    else await new Promise(setImmediate);
  }
  while (waiting.length > 0) await takeFirst();
  return stored;
}
