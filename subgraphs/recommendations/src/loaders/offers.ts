import type { Pool } from 'pg';
import type { Offer } from '../merchandising/rule.ts';

/** What is offered of a product. */
export interface OfferRow extends Offer {
  productId: string;
  /** When the shop first spoke of it, in milliseconds since the epoch. */
  firstSeenMs: number;
}

/** Offers that changed after a revision. */
export interface OfferChanges {
  /** The latest revision that is in them. */
  revision: number;
  /** Whether they are all that there are, and nothing else is offered any more. */
  whole: boolean;
  rows: OfferRow[];
}

const columns = `p.product_id AS "productId", p.category, p.brand, p.price_minor AS "priceMinor", p.stock, p.countries,
  CASE WHEN p.currency = p.cost_currency THEN (p.price_minor - p.cost_minor) / nullif(p.price_minor, 0)::double precision END AS margin,
  (extract(epoch FROM p.first_seen_at) * 1000)::double precision AS "firstSeenMs"`;

/** Offers that changed after `revision`; all of them from 0, and after the table was emptied. One statement where nothing changed. */
export async function loadOfferChanges(db: Pool, revision: number): Promise<OfferChanges> {
  const { rows: changed } = await db.query<{ productId: string; revision: number }>({
    name: 'offer-changes',
    text: `SELECT product_id AS "productId", revision FROM recommendations.offer_change WHERE revision > $1 ORDER BY revision`,
    values: [revision],
  });
  const latest = changed.at(-1)?.revision ?? revision;
  const whole = revision === 0 || changed.some(({ productId }) => productId === '');
  if (changed.length === 0) return { revision: latest, whole: false, rows: [] };
  // What changes between the two statements is found by the next look: its revision is above the one that is given back.
  const { rows } = whole
    ? await db.query<OfferRow>(`SELECT ${columns} FROM recommendations.product p`)
    : await db.query<OfferRow>(`SELECT ${columns} FROM recommendations.product p WHERE product_id = ANY ($1)`, [
        changed.map(({ productId }) => productId),
      ]);
  return { revision: latest, whole, rows };
}
