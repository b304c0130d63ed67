import type { Pool } from 'pg';

export interface WeeklySalesRow {
  /** The Monday, `YYYY-MM-DD`. */
  week: string;
  units: number;
  revenueMinor: number;
  currency: string;
}

/** Units and revenue of each product in each of the last `weeks` weeks up to the shop's clock, oldest first, refunds off. */
export async function loadWeeklySales(db: Pool, ids: readonly string[], weeks: number): Promise<WeeklySalesRow[][]> {
  const { rows } = await db.query<WeeklySalesRow & { product_id: string }>(
    `WITH shop AS (
       SELECT currency, date_trunc('week', events.as_of() AT TIME ZONE time_zone)::date AS this_week FROM events.shop
     ), week AS (
       SELECT (this_week - 7 * back) AS first_day, currency FROM shop, generate_series($2::int - 1, 0, -1) AS back
     )
     SELECT i.product_id, w.first_day AS week, w.currency,
       coalesce(sum(s.units - s.refunded_units), 0) AS units,
       coalesce(sum((s.units - s.refunded_units) * s.price_minor), 0) AS "revenueMinor"
     FROM unnest($1::text[]) AS i (product_id) CROSS JOIN week w
     LEFT JOIN products.sale s ON s.product_id = i.product_id AND s.currency = w.currency
       AND s.day >= w.first_day AND s.day < w.first_day + 7
     GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    [ids, weeks],
  );
  return ids.map((id) => rows.filter((row) => row.product_id === id));
}
