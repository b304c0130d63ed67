import type { Pool } from 'pg';
import type { LifetimeValueInput, Purchases } from '../ml/lifetime-value-estimator.ts';

/** Days that are foreseen in the hold-out, at most a third of the history. */
const holdOutDays = 90;

interface Row {
  customer_key: string;
  first_day: number;
  /** Days with orders before the moment, and the latest of them. */
  days: number;
  last_day: number;
  /** Moment of the latest order before, in days. */
  last_order: number;
  revenue: number;
  later_days: number;
  later_revenue: number;
}

/** Purchases before $1, by day; what followed from $1 until $2. Only customers with one before $1. */
const purchasesSql = `
SELECT customer_key, min(day) AS first_day, count(*) FILTER (WHERE past) AS days, max(day) FILTER (WHERE past) AS last_day,
  max(latest) FILTER (WHERE past) AS last_order,
  coalesce(sum(revenue) FILTER (WHERE past), 0) AS revenue, count(*) FILTER (WHERE NOT past) AS later_days,
  coalesce(sum(revenue) FILTER (WHERE NOT past), 0) AS later_revenue
FROM (
  SELECT customer_key, floor(extract(epoch FROM occurred_at) / 86400) AS day, occurred_at < $1 AS past,
    max(extract(epoch FROM occurred_at) / 86400)::double precision AS latest, sum(revenue_minor) AS revenue
  FROM users.person_order
  WHERE occurred_at < $2 AND total_minor > 0 AND starts_with(customer_key, 'u:')
  GROUP BY 1, 2, 3
) d
GROUP BY customer_key HAVING bool_or(past) ORDER BY customer_key COLLATE "C"`;

/** What is kept of a customer's value, for the reasons. The first three in weeks but for the count, as the model takes them. */
export const lifetimeValueFeatures = [
  'frequency',
  'recencyWeeks',
  'ageWeeks',
  'meanValueMinor',
  'sinceLatestDays',
  'orderValueMinor',
] as const;

/** What is fitted on, and what is told beside it. */
interface LoadedInput extends LifetimeValueInput {
  historyDays: number;
  /** Days since each customer's latest order, counted from its moment as recency is; the model itself counts calendar days. */
  sinceLatest: Float64Array;
}

/** Loads what lifetime values are fitted on. Undefined where there is no paid order. */
export async function loadLifetimeValueInput(db: Pool, asOf: Date): Promise<LoadedInput | undefined> {
  const { rows } = await db.query<Row>(purchasesSql, [asOf, asOf]);
  if (rows.length === 0) return undefined;
  const today = asOf.getTime() / 86_400_000;
  const historyDays = today - Math.min(...rows.map((row) => row.first_day));
  const days = Math.min(holdOutDays, historyDays / 3);
  const before = new Date(asOf.getTime() - days * 86_400_000);
  const earlier = await db.query<Row>(purchasesSql, [before, asOf]);
  return {
    historyDays,
    sinceLatest: Float64Array.from(rows, (row) => today - row.last_order),
    customers: rows.map((row) => row.customer_key),
    purchases: toPurchases(rows, today),
    earlier: {
      purchases: toPurchases(earlier.rows, before.getTime() / 86_400_000),
      weeks: days / 7,
      later: Float64Array.from(earlier.rows, (row) => row.later_days),
      laterRevenue: Float64Array.from(earlier.rows, (row) => row.later_revenue),
    },
  };
}

function toPurchases(rows: readonly Row[], today: number): Purchases {
  return {
    frequency: Float64Array.from(rows, (row) => row.days - 1),
    recency: Float64Array.from(rows, (row) => (row.last_day - row.first_day) / 7),
    age: Float64Array.from(rows, (row) => Math.max(row.last_day - row.first_day, today - row.first_day) / 7),
    meanValue: Float64Array.from(rows, (row) => row.revenue / row.days),
  };
}
