import { defineProjection } from '@cda/platform/events/projection.ts';

/**
 * How many events of each name came in by each way, by day of the shop's calendar, with the revenue of the orders among them. What
 * people say of who is who is none of the shop's events.
 */
export const eventTotals = defineProjection({
  name: 'event-totals',
  version: 3,
  tables: ['analytics.event_day'],
  apply: [
    `INSERT INTO analytics.event_day AS d (day, name, source, currency, events, orders, revenue_minor)
     SELECT (occurred_at AT TIME ZONE s.time_zone)::date, l.name, l.source, CASE WHEN l.properties->>'currency' ~ '^[A-Z]{3}$' THEN l.properties->>'currency' ELSE s.currency END,
       count(*), count(*) FILTER (WHERE l.name = 'Order Completed'),
       coalesce(sum((l.properties->>'revenue_minor')::bigint) FILTER (WHERE l.name = 'Order Completed'), 0)
     FROM events.log l, events.shop s
     WHERE seq > $1 AND seq <= $2 AND left(l.customer_key, 2) <> 'i:'
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
     ON CONFLICT (day, name, source, currency) DO UPDATE SET
       events = d.events + EXCLUDED.events,
       orders = d.orders + EXCLUDED.orders,
       revenue_minor = d.revenue_minor + EXCLUDED.revenue_minor`,
  ],
});
