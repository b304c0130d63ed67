import type { Pool } from 'pg';
import type { MetricInterval } from '../generated/resolvers.ts';
import type { PeriodRow } from './period.ts';

/** Figures of a period or of one point of it; money in minor units of the shop's currency. */
export interface Figures {
  revenueMinor: number;
  refundsMinor: number;
  totalMinor: number;
  orders: number;
  units: number;
  customers: number;
  visits: number;
  visitsWithOrder: number;
}

export interface PeriodFigures extends Figures {
  newCustomers: number;
}

export interface PointFigures extends Figures {
  /** First day of the point that lies in the period. */
  date: string;
}

const sums = `
  coalesce(sum(revenue_minor) FILTER (WHERE m.currency = shop.currency), 0) AS "revenueMinor",
  coalesce(sum(refunds_minor) FILTER (WHERE m.currency = shop.currency), 0) AS "refundsMinor",
  coalesce(sum(total_minor) FILTER (WHERE m.currency = shop.currency), 0) AS "totalMinor",
  coalesce(sum(orders), 0) AS orders, coalesce(sum(units), 0) AS units`;
const counts = `
  count(DISTINCT customer_key) FILTER (WHERE orders > 0) AS customers,
  count(*) FILTER (WHERE visited) AS visits,
  count(*) FILTER (WHERE visited AND orders > 0) AS "visitsWithOrder"`;

// Whoever ordered first in the period by one key, and by none of the others before.
const newCustomers = `
  SELECT count(*) AS "newCustomers"
  FROM (
    SELECT DISTINCT coalesce(i.canonical_key, f.customer_key) AS key
    FROM analytics.customer_first f LEFT JOIN analytics.identity i ON i.customer_key = f.customer_key
    WHERE f.first_order_day BETWEEN $1 AND $2
  ) n
  WHERE NOT EXISTS (
    SELECT FROM (
      SELECT n.key AS customer_key UNION ALL SELECT customer_key FROM analytics.identity WHERE canonical_key = n.key
    ) k JOIN analytics.customer_first e ON e.customer_key = k.customer_key
    WHERE e.first_order_day < $1
  )`;

/** First day with an order or a visit; null before the first event. */
export async function loadFirstDay(db: Pool): Promise<string | null> {
  const { rows } = await db.query<{ day: string | null }>(
    'SELECT least((SELECT min(day) FROM analytics.day_money), (SELECT min(day) FROM analytics.customer_day)) AS day',
  );
  return rows[0]!.day;
}

/** Figures of a whole period in one statement; customers are distinct over all its days. */
export async function loadFigures(db: Pool, { from, to }: PeriodRow): Promise<PeriodFigures> {
  const { rows } = await db.query<PeriodFigures>(
    `SELECT * FROM
       (SELECT ${sums} FROM analytics.day_money m, events.shop WHERE day BETWEEN $1 AND $2) money,
       (SELECT ${counts} FROM analytics.person_day WHERE day BETWEEN $1 AND $2) keys,
       (${newCustomers}) fresh`,
    [from, to],
  );
  return rows[0]!;
}

/** Figures of each day, week or month of a period, empty ones included, oldest first. One statement. */
export async function loadSeries(db: Pool, { from, to }: PeriodRow, interval: MetricInterval): Promise<PointFigures[]> {
  const { rows } = await db.query<PointFigures>(
    `WITH point AS (
       SELECT DISTINCT date_trunc($3, day)::date AS start FROM generate_series($1::date, $2::date, interval '1 day') AS day
     ), money AS (
       SELECT date_trunc($3, day)::date AS start, ${sums}
       FROM analytics.day_money m, events.shop WHERE day BETWEEN $1 AND $2 GROUP BY 1
     ), keys AS (
       SELECT date_trunc($3, day)::date AS start, ${counts} FROM analytics.person_day WHERE day BETWEEN $1 AND $2 GROUP BY 1
     )
     SELECT greatest(start, $1::date) AS date, coalesce("revenueMinor", 0) AS "revenueMinor",
       coalesce("refundsMinor", 0) AS "refundsMinor", coalesce("totalMinor", 0) AS "totalMinor",
       coalesce(orders, 0) AS orders, coalesce(units, 0) AS units, coalesce(customers, 0) AS customers,
       coalesce(visits, 0) AS visits, coalesce("visitsWithOrder", 0) AS "visitsWithOrder"
     FROM point LEFT JOIN money USING (start) LEFT JOIN keys USING (start) ORDER BY start`,
    [from, to, interval.toLowerCase()],
  );
  return rows;
}
