import type { Pool } from 'pg';

/** What is on hand of a product; null where the shop does not say. */
export interface Stock {
  units: number | null;
}

/** Stock by the shop's own id, in the order asked for; null for products that the shop does not have. One statement for all. */
export async function loadStock(db: Pool, ids: readonly string[]): Promise<(Stock | null)[]> {
  const { rows } = await db.query<[id: string, units: number | null]>({
    text: 'SELECT product_id, stock FROM recommendations.product WHERE product_id = ANY ($1)',
    values: [ids],
    rowMode: 'array',
  });
  const byId = new Map(rows.map(([id, units]) => [id, { units }]));
  return ids.map((id) => byId.get(id) ?? null);
}
