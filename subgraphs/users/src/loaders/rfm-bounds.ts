import type { Pool } from 'pg';

/** Upper bounds of the four lower fifths of all customers with an order. */
export interface RfmBounds {
  /** Moments of the latest order, in milliseconds. */
  lastOrder: number[];
  orders: number[];
  revenueMinor: number[];
}

/** The bounds that RFM scores are cut by. One pass over the customers with an order. */
export async function loadRfmBounds(db: Pool): Promise<RfmBounds> {
  const { rows } = await db.query<{ [name in keyof RfmBounds]: number[] | null }>(
    `SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP
         (ORDER BY (extract(epoch FROM last_order_at) * 1000)::double precision) AS "lastOrder",
       percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY order_count) AS orders,
       percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY revenue_minor::double precision) AS "revenueMinor"
     FROM users.customer WHERE order_count > 0`,
  );
  const { lastOrder, orders, revenueMinor } = rows[0]!;
  return { lastOrder: lastOrder ?? [], orders: orders ?? [], revenueMinor: revenueMinor ?? [] };
}

/** Fifth that a value falls into, 1 to 5: equal values fall into the same one. */
export const fifthOf = (bounds: readonly number[], value: number): number =>
  1 + bounds.filter((bound) => value > bound).length;
