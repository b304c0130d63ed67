import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import type { Pool } from 'pg';
import type { EventTotalsWhere } from '../generated/resolvers.ts';

/** Sums over the events that meet the conditions. */
export interface EventTotals {
  events: number;
  orders: number;
  revenueMinor: number;
}

/** What the read models have counted in; revenue in the shop's currency only. */
export async function loadEventTotals(
  db: Pool,
  where: EventTotalsWhere | null | undefined,
  currency: string,
): Promise<EventTotals> {
  const conditions = new SqlConditions();
  const ours = conditions.value(currency);
  conditions.text('name', where?.name, 'where.name');
  conditions.text('source', where?.source, 'where.source');
  if (where?.between) {
    conditions.add(`day BETWEEN ${conditions.value(where.between.from)} AND ${conditions.value(where.between.to)}`);
  }
  const { rows } = await db.query<EventTotals>(
    `SELECT coalesce(sum(events), 0)::bigint AS events, coalesce(sum(orders), 0)::bigint AS orders,
       coalesce(sum(revenue_minor) FILTER (WHERE currency = ${ours}), 0)::bigint AS "revenueMinor"
     FROM analytics.event_day ${conditions.toSql()}`,
    conditions.values,
  );
  return rows[0] as EventTotals;
}
