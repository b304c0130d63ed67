import type { Pool } from 'pg';

/** The shop's settings and its clock. */
export interface Shop {
  name: string;
  currency: string;
  timeZone: string;
  demo: boolean;
  attribution: string | null;
  /** Moment that models, presets and "today" go by. */
  asOf: Date;
  /** Day of `asOf` in the shop's time zone, `YYYY-MM-DD`. */
  today: string;
  /** Whether the clock goes by the latest event, because the data is historical. */
  historical: boolean;
}

/** Reads the shop's settings with its clock in one statement. */
export async function loadShop(db: Pool): Promise<Shop> {
  const { rows } = await db.query<Omit<Shop, 'asOf'> & { asOf: Date }>(
    `SELECT name, currency, time_zone AS "timeZone", demo, attribution, c.at AS "asOf",
       (c.at AT TIME ZONE time_zone)::date AS today, c.at < now() - interval '1 second' AS historical
     FROM events.shop, (SELECT events.as_of() AS at) c`,
  );
  return rows[0] as Shop;
}

const currencyMemoryMs = 1_000;
const currencies = new WeakMap<Pool, { at: number; currency: Promise<string> }>();

/** The shop's currency, at most a second old: every batch of events asks for it, and it changes when a shop is set up. */
export function loadCurrency(db: Pool): Promise<string> {
  const known = currencies.get(db);
  if (known && performance.now() - known.at < currencyMemoryMs) return known.currency;
  const currency = db
    .query<{ currency: string }>('SELECT currency FROM events.shop')
    .then(({ rows }) => rows[0]?.currency ?? 'EUR');
  currencies.set(db, { at: performance.now(), currency });
  // What failed is asked anew by the next.
  currency.catch(() => currencies.delete(db));
  return currency;
}
