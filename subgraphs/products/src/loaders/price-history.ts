import type { Pool } from 'pg';

export interface PricePointRow {
  at: Date;
  priceMinor: number;
  currency: string;
}

/**
 * The latest `first` changes of price of each product, newest first: what the catalogue said, or where it is silent what
 * most order lines of a day were sold at.
 */
export async function loadPriceHistories(db: Pool, ids: readonly string[], first: number): Promise<PricePointRow[][]> {
  const { rows } = await db.query<PricePointRow & { product_id: string }>(
    `WITH said AS (
       SELECT product_id, at, message_id AS tie, price_minor, currency FROM products.catalogue_point
       WHERE product_id = ANY ($1) AND price_minor IS NOT NULL AND currency IS NOT NULL
     ), sold AS (
       SELECT DISTINCT ON (product_id, day) product_id, day::timestamp AT TIME ZONE (SELECT time_zone FROM events.shop) AS at,
         '' AS tie, price_minor, currency
       FROM products.sale
       WHERE product_id = ANY ($1) AND lines > 0 AND product_id NOT IN (SELECT product_id FROM said)
       ORDER BY product_id, day, lines DESC, units DESC, price_minor, currency
     ), point AS (
       SELECT *, lag((price_minor, currency)) OVER w IS DISTINCT FROM (price_minor, currency) AS changed
       FROM (SELECT * FROM said UNION ALL SELECT * FROM sold) p
       WINDOW w AS (PARTITION BY product_id ORDER BY at, tie)
     ), numbered AS (
       SELECT *, row_number() OVER (PARTITION BY product_id ORDER BY at DESC, tie DESC) AS place FROM point WHERE changed
     )
     SELECT product_id, at, price_minor AS "priceMinor", currency FROM numbered WHERE place <= $2 ORDER BY product_id, place`,
    [ids, first],
  );
  return ids.map((id) => rows.filter((row) => row.product_id === id));
}
