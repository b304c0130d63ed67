import type { ExperimentMetric } from '@cda/platform/experiments/experiment.ts';
import type { Pool } from 'pg';
import type { VariantMoments } from '../ml/variant-moments.ts';

/** One variant by one metric. */
export interface MetricMoments extends VariantMoments {
  variant: string;
  metric: ExperimentMetric;
  /** People whose outcome is above zero. */
  positive: number;
}

/** Who took which side, by what they did: 0 click, 1 cart, 2 order. */
export interface SideCount {
  kind: number;
  first: number;
  second: number;
  ties: number;
}

/** Everything that is counted of an experiment. */
export interface ExperimentCounts {
  people: number;
  mixed: number;
  moments: MetricMoments[];
  sides: SideCount[];
}

/** Days before the first exposure whose revenue explains part of what comes after. */
export const covariateDays = 28;

// Whoever met the experiment while it ran, by person: the variant (null where they met several) and when they met it first. An exposure
// before the start counts from the start where it was repeated after it.
const people = `e AS (
    SELECT experiment, (state->>'started_at')::timestamptz AS started,
      coalesce((state->>'stopped_at')::timestamptz, $2::timestamptz) AS ended,
      make_interval(days => (state->>'window_days')::integer) AS span, state
    FROM analytics.experiment WHERE experiment = ANY ($1) AND state->>'started_at' IS NOT NULL
  ), variant AS (
    SELECT experiment, v->>'key' AS variant FROM e, jsonb_array_elements(state->'variants') v
    WHERE state->>'kind' <> 'INTERLEAVING'
    UNION ALL SELECT experiment, '*' FROM e WHERE state->>'kind' = 'INTERLEAVING'
  ), person AS MATERIALIZED (
    SELECT x.experiment, coalesce(i.canonical_key, x.customer_key) AS person,
      CASE WHEN min(x.variant) = max(x.variant) THEN min(x.variant) END AS variant,
      min(greatest(x.first_at, e.started)) AS at, min(e.span) AS span
    FROM e JOIN analytics.experiment_exposure x USING (experiment) JOIN variant v USING (experiment, variant)
      LEFT JOIN analytics.identity i ON i.customer_key = x.customer_key
    WHERE x.last_at >= e.started AND x.first_at <= e.ended
    GROUP BY 1, 2
  )`;

/** Each metric as a column of one person's outcomes. */
const outcomes: readonly [ExperimentMetric, string][] = [
  ['CONVERSION', '(orders > 0)::integer'],
  ['REVENUE', 'revenue'],
  ['ORDERS', 'orders'],
  ['CLICKED', 'clicked'],
  ['REFUNDED', '(refunds > 0)::integer'],
];

interface VariantRow {
  experiment: string;
  /** Null for those who met several. */
  variant: string | null;
  n: number;
  sumX: number;
  sumXX: number;
  metrics: Record<ExperimentMetric, Pick<MetricMoments, 'positive' | 'sumY' | 'sumYY' | 'sumXY'>>;
}

/** Counts of experiments up to `asOf`, in the order of their keys. Two statements for all of them. */
export async function loadExperimentCounts(db: Pool, keys: readonly string[], asOf: Date): Promise<ExperimentCounts[]> {
  const [variants, sides] = await Promise.all([
    db.query<VariantRow>(
      `WITH ${people}, key AS (
         SELECT experiment, person, person AS customer_key, at, span FROM person WHERE variant <> '*'
         UNION ALL
         SELECT p.experiment, p.person, i.customer_key, p.at, p.span
         FROM person p JOIN analytics.identity i ON i.canonical_key = p.person WHERE p.variant <> '*'
       ), bought AS (
         SELECT k.experiment, k.person,
           count(*) FILTER (WHERE o.kind = 0 AND o.at >= k.at)::double precision AS orders,
           sum(o.revenue_minor::double precision) FILTER (WHERE o.kind = 0 AND o.at >= k.at) AS revenue,
           count(*) FILTER (WHERE o.kind = 1 AND o.at >= k.at) AS refunds,
           sum(o.revenue_minor::double precision) FILTER (WHERE o.kind = 0 AND o.at < k.at) AS earlier
         FROM key k JOIN analytics.customer_outcome o USING (customer_key)
         WHERE o.at >= k.at - interval '${covariateDays} days' AND o.at < k.at + k.span AND o.at <= $2
         GROUP BY 1, 2
       ), clicked AS (
         SELECT DISTINCT k.experiment, k.person FROM key k JOIN analytics.experiment_click c USING (experiment, customer_key)
         WHERE c.last_at >= k.at AND c.first_at < k.at + k.span AND c.first_at <= $2
       ), outcome AS (
         SELECT p.experiment, p.variant, coalesce(b.earlier, 0) AS x, coalesce(b.orders, 0) AS orders,
           coalesce(b.revenue, 0) AS revenue, coalesce(b.refunds, 0) AS refunds, (c.person IS NOT NULL)::integer AS clicked
         FROM person p LEFT JOIN bought b USING (experiment, person) LEFT JOIN clicked c USING (experiment, person)
       )
       SELECT experiment, variant, count(*) AS n, sum(x) AS "sumX", sum(x * x) AS "sumXX",
         json_build_object(${outcomes
           .map(
             ([
               metric,
               y,
             ]) => `'${metric}', json_build_object('positive', count(*) FILTER (WHERE ${y} > 0), 'sumY', sum(${y}),
           'sumYY', sum(${y} * ${y}), 'sumXY', sum(x * ${y}))`,
           )
           .join(', ')}) AS metrics
       FROM outcome GROUP BY 1, 2`,
      [keys, asOf],
    ),
    db.query<SideCount & { experiment: string }>(
      `WITH ${people.replace('WHERE experiment = ANY ($1)', "WHERE experiment = ANY ($1) AND state->>'kind' = 'INTERLEAVING'")}, credit AS (
         SELECT c.experiment, c.kind, p.person, count(*) FILTER (WHERE c.side = 'A') AS a, count(*) FILTER (WHERE c.side = 'B') AS b
         FROM analytics.experiment_credit c LEFT JOIN analytics.identity i ON i.customer_key = c.customer_key
           JOIN person p ON p.experiment = c.experiment AND p.person = coalesce(i.canonical_key, c.customer_key)
         WHERE c.experiment = ANY ($1) AND p.variant = '*' AND c.at >= p.at AND c.at < p.at + p.span AND c.at <= $2
         GROUP BY 1, 2, 3
       )
       SELECT experiment, kind, count(*) FILTER (WHERE a > b) AS first, count(*) FILTER (WHERE a < b) AS second,
         count(*) FILTER (WHERE a = b) AS ties
       FROM credit GROUP BY 1, 2 ORDER BY 1, 2`,
      [keys, asOf],
    ),
  ]);
  return keys.map((key) => {
    const rows = variants.rows.filter(({ experiment }) => experiment === key);
    return {
      people: rows.reduce((sum, { n }) => sum + n, 0),
      mixed: rows.find(({ variant }) => variant === null)?.n ?? 0,
      moments: rows.flatMap(({ variant, n, sumX, sumXX, metrics }) =>
        variant === null ? [] : outcomes.map(([metric]) => ({ variant, metric, n, sumX, sumXX, ...metrics[metric] })),
      ),
      sides: sides.rows.filter(({ experiment }) => experiment === key),
    };
  });
}

/** What customers did lately, for a plan. */
export interface Baseline {
  people: number;
  mean: number;
  variance: number;
}

/** Days whose visitors a plan is based on. */
export const baselineDays = 28;

/**
 * Outcomes of those who visited or ordered within 28 days, in the window after their first such day; the window of the last of them
 * ends with `today`. One statement.
 */
export async function loadBaseline(
  db: Pool,
  metric: Exclude<ExperimentMetric, 'CLICKED'>,
  today: string,
  windowDays: number,
): Promise<Baseline> {
  const y = {
    CONVERSION: '(count(*) FILTER (WHERE o.kind = 0) > 0)::integer',
    REVENUE: 'coalesce(sum(o.revenue_minor) FILTER (WHERE o.kind = 0), 0)',
    ORDERS: 'count(*) FILTER (WHERE o.kind = 0)',
    REFUNDED: '(count(*) FILTER (WHERE o.kind = 1) > 0)::integer',
  }[metric];
  const { rows } = await db.query<Baseline>(
    `WITH person AS (
       SELECT customer_key AS person, min(day) AS day FROM analytics.person_day
       WHERE visited AND day > $1::date - $2::integer - ${baselineDays} AND day <= $1::date - $2::integer GROUP BY 1
     ), outcome AS (
       SELECT p.person, (${y})::double precision AS y
       FROM person p JOIN LATERAL (
         SELECT p.person AS customer_key UNION ALL SELECT customer_key FROM analytics.identity WHERE canonical_key = p.person
       ) k ON true JOIN analytics.customer_outcome o USING (customer_key), events.shop s
       WHERE (o.at AT TIME ZONE s.time_zone)::date >= p.day AND (o.at AT TIME ZONE s.time_zone)::date < p.day + $2::integer
       GROUP BY 1
     )
     SELECT count(*) AS people, coalesce(avg(coalesce(y, 0)), 0)::double precision AS mean,
       coalesce(var_samp(coalesce(y, 0)), 0)::double precision AS variance
     FROM person LEFT JOIN outcome USING (person)`,
    [today, windowDays],
  );
  return rows[0]!;
}
