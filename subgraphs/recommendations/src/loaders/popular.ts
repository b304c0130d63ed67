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

/** What most customers bought in the 30 days before `asOf`, most buyers first. */
export async function loadPopular(db: Pool, asOf: Date): Promise<PopularRow[]> {
  const { rows } = await db.query<PopularRow>(
    `SELECT product_id AS "productId", count(DISTINCT coalesce(i.canonical_key, n.customer_key))::integer AS buyers
     FROM recommendations.interaction n LEFT JOIN recommendations.identity i ON i.customer_key = n.customer_key
     WHERE kind = ${kinds.purchase} AND at <= $1 AND at > $1::timestamptz - interval '${popularDays} days'
     GROUP BY product_id ORDER BY buyers DESC, product_id LIMIT ${longest}`,
    [asOf],
  );
  return rows;
}
