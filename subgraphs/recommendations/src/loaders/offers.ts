import type { Pool } from 'pg';
import type { Offer } from '../merchandising/rule.ts';

/** What rules and lists look at, by the shop's own id, in the order asked for; null for products that the shop does not have. */
export async function loadOffers(db: Pool, ids: readonly string[]): Promise<(Offer | null)[]> {
  const { rows } = await db.query<[string, string | null, string | null, number | null, number | null]>({
    text: `SELECT product_id, category, brand, price_minor, stock FROM recommendations.product WHERE product_id = ANY ($1)`,
    values: [ids],
    rowMode: 'array',
  });
  const byId = new Map(
    rows.map(([id, category, brand, priceMinor, stock]) => [id, { category, brand, priceMinor, stock }]),
  );
  return ids.map((id) => byId.get(id) ?? null);
}
