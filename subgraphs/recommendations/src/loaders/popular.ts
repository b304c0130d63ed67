import type { Pool } from 'pg';
import { kinds } from '../ml/interactions.ts';

/** A product with the number of customers who bought it lately. */
export interface PopularRow {
  productId: string;
  buyers: number;
}

/** Days that "lately" means. */
export const popularDays = 30;
const longest = 300;

/**
 * What most customers bought in the 30 days before `asOf`, most buyers first, then what came into the shop last: a shop that has
 * anything to sell always has a list. Sold-out products are left out.
 */
export async function loadPopular(db: Pool, asOf: Date): Promise<PopularRow[]> {
  const { rows } = await db.query<PopularRow>(
    `SELECT p.product_id AS "productId", coalesce(s.buyers, 0) AS buyers
     FROM recommendations.product p LEFT JOIN (
       SELECT product_id, count(DISTINCT coalesce(i.canonical_key, n.customer_key))::integer AS buyers
       FROM recommendations.interaction n LEFT JOIN recommendations.identity i ON i.customer_key = n.customer_key
       WHERE kind = ${kinds.purchase} AND at <= $1 AND at > $1::timestamptz - interval '${popularDays} days'
       GROUP BY product_id) s USING (product_id)
     WHERE p.stock IS DISTINCT FROM 0
     ORDER BY buyers DESC, p.first_seen_at DESC, p.product_id LIMIT ${longest}`,
    [asOf],
  );
  return rows;
}
