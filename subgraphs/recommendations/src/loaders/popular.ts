import type { Pool } from 'pg';
import { kinds } from '../ml/interactions.ts';
import { listTrendDays } from '../ml/popularity.ts';

/** How many customers of a country bought a product lately. */
export interface SalesRow {
  productId: string;
  /** Null where nothing tells where they live. */
  country: string | null;
  buyers: number;
  /** Those of them who bought it in the last `latelyDays`. */
  lately: number;
  /**
   * The buyers, each counting by how long ago they bought it last (`trendWeight`), in millionths. Whole numbers: their sum is the same
   * in whatever order they are added up, and products that sold alike stay level.
   */
  trendMillionths: number;
}

/** Days whose buyers count at all. */
export const popularDays = 30;
/** Days that are told beside them, for how it sells now. */
export const latelyDays = 7;

/** Buyers of each product in the 30 days before `asOf`, by where they live. One row a product and country. */
export async function loadSales(db: Pool, asOf: Date): Promise<SalesRow[]> {
  const { rows } = await db.query<SalesRow>(
    `WITH bought AS MATERIALIZED (
       SELECT coalesce(i.canonical_key, n.customer_key) AS person, product_id, date_part('epoch', $1::timestamptz - max(at)) / 86400 AS age
       FROM recommendations.interaction n LEFT JOIN recommendations.identity i ON i.customer_key = n.customer_key
       WHERE kind = ${kinds.purchase} AND at <= $1 AND at > $1::timestamptz - interval '${popularDays} days'
       GROUP BY 1, 2
     ), keys AS (
       SELECT person, person AS customer_key FROM (SELECT DISTINCT person FROM bought) p
       UNION ALL
       SELECT i.canonical_key, i.customer_key FROM recommendations.identity i
       WHERE i.canonical_key IN (SELECT person FROM bought)
     ), lives AS (
       SELECT person, substr(max(country_fact), 54) AS country FROM keys JOIN recommendations.residence USING (customer_key) GROUP BY 1
     )
     SELECT product_id AS "productId", country, count(*)::integer AS buyers,
       count(*) FILTER (WHERE age < ${latelyDays})::integer AS lately,
       sum(round(1e6 * exp(-age / ${listTrendDays}))) AS "trendMillionths"
     FROM bought LEFT JOIN lives USING (person) GROUP BY 1, 2`,
    [asOf],
  );
  return rows;
}
