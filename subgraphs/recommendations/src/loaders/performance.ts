import type { Pool } from 'pg';
import type { Pipeline, Placement } from '../generated/resolvers.ts';

/** What came of the lists of one pipeline at one placement. */
export interface PerformanceRow {
  pipeline: Pipeline;
  placement: Placement;
  lists: number;
  impressions: number;
  clicks: number;
  adds: number;
  orderLines: number;
  revenueMinor: number;
  positions: { position: number; impressions: number; clicks: number }[];
}

/** Places that are told one by one. */
const positionsTold = 20;

/** Outcomes of the days up to `today`, most seen first. One statement. */
export async function loadPerformance(db: Pool, today: string, days: number): Promise<PerformanceRow[]> {
  const { rows } = await db.query<PerformanceRow>(
    `SELECT pipeline, placement, sum(lists)::bigint AS lists, sum(impressions)::bigint AS impressions,
       sum(clicks)::bigint AS clicks, sum(adds)::bigint AS adds, sum(order_lines)::bigint AS "orderLines",
       sum(revenue)::bigint AS "revenueMinor",
       coalesce(json_agg(json_build_object('position', position, 'impressions', impressions, 'clicks', clicks) ORDER BY position)
         FILTER (WHERE position BETWEEN 1 AND ${positionsTold}), '[]') AS positions
     FROM (
       SELECT pipeline, placement, position, sum(lists) AS lists, sum(impressions) AS impressions, sum(clicks) AS clicks,
         sum(adds) AS adds, sum(order_lines) AS order_lines, sum(revenue_minor) AS revenue
       FROM recommendations.outcome WHERE day > $1::date - $2::integer AND day <= $1::date
       GROUP BY pipeline, placement, position) p
     GROUP BY pipeline, placement ORDER BY impressions DESC, pipeline, placement`,
    [today, days],
  );
  return rows;
}
