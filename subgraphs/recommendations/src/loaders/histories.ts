import type { Pool } from 'pg';

/** One thing that a customer did with a product. */
export interface HistoryRow {
  productId: string;
  kind: number;
  /** Days since the epoch. */
  day: number;
  /** The order's id, or the day. */
  occasion: string;
}

/** A customer's latest deeds that a list goes by. */
const longest = 2000;

/** What each customer did lately by any of their keys, in order of time; empty for strangers. One statement for all. */
export async function loadHistories(db: Pool, customerKeys: readonly string[]): Promise<HistoryRow[][]> {
  const { rows } = await db.query<[string, string, number, number, string]>({
    name: 'histories',
    text: `SELECT k.key, i.product_id, i.kind, extract(epoch FROM i.at)::double precision / 86400, i.occasion
           FROM unnest($1::text[]) AS k (key), LATERAL (
             SELECT coalesce((SELECT canonical_key FROM recommendations.identity WHERE customer_key = k.key), k.key) AS key
           ) canonical, LATERAL (
             SELECT * FROM recommendations.interaction WHERE customer_key = ANY (ARRAY(
               SELECT customer_key FROM recommendations.identity WHERE canonical_key = canonical.key
             ) || canonical.key)
             ORDER BY at DESC, kind DESC, occasion DESC, product_id DESC LIMIT ${longest}) i
           ORDER BY i.at, i.kind, i.occasion, i.product_id`,
    values: [customerKeys],
    rowMode: 'array',
  });
  const histories = new Map<string, HistoryRow[]>(customerKeys.map((key) => [key, []]));
  for (const [key, productId, kind, day, occasion] of rows)
    histories.get(key)!.push({ productId, kind, day, occasion });
  return customerKeys.map((key) => histories.get(key)!);
}
