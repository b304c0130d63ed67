import { eventCatalogue } from '@cda/platform/events/catalogue.ts';
import { defineProjection } from '@cda/platform/events/projection.ts';

const range = 'seq > $1 AND seq <= $2';
const shopDay = '(occurred_at AT TIME ZONE (SELECT time_zone FROM events.shop))::date';
const minor = (field: string): string => `coalesce((properties->>'${field}_minor')::bigint, 0)`;

/** A sum over orders as a range of the log changes them: what held before counts against what holds now. */
const ordered = (value: string): string => `coalesce(sum(sign * ${value}) FILTER (WHERE name = 'Order Completed'), 0)`;

/** What a visitor does in the shop; an order by itself is no visit, since it may come from the back office. */
const visiting = eventCatalogue
  .filter((event) => event.feeds.split(', ').includes('visits'))
  .map((event) => `'${event.name}'`)
  .join(', ');

/**
 * Figures by day of the shop's calendar. Money is added by currency; customers and visits are kept as keys, so a period's
 * distinct count is exact whatever came late, twice or in another order.
 */
export const daily = defineProjection({
  name: 'daily',
  version: 2,
  tables: ['analytics.day_money', 'analytics.day_activity', 'analytics.customer_day', 'analytics.customer_first'],
  apply: [
    `INSERT INTO analytics.day_money AS m
       (day, currency, orders, units, revenue_minor, total_minor, discount_minor, refunds_minor)
     SELECT ${shopDay}, coalesce(properties->>'currency', (SELECT currency FROM events.shop)),
       ${ordered('1')}, ${ordered('coalesce(units, 0)')}, ${ordered(minor('revenue'))}, ${ordered(minor('total'))},
       ${ordered(minor('discount'))}, coalesce(sum(sign * ${minor('revenue')}) FILTER (WHERE name = 'Order Refunded'), 0)
     FROM events.order_facts($1, $2), LATERAL (
       SELECT sum((line->>'quantity')::bigint) AS units
       FROM jsonb_array_elements(CASE jsonb_typeof(properties->'products') WHEN 'array' THEN properties->'products' END) AS line
     ) ordered
     GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (day, currency) DO UPDATE SET
       orders = m.orders + EXCLUDED.orders,
       units = m.units + EXCLUDED.units,
       revenue_minor = m.revenue_minor + EXCLUDED.revenue_minor,
       total_minor = m.total_minor + EXCLUDED.total_minor,
       discount_minor = m.discount_minor + EXCLUDED.discount_minor,
       refunds_minor = m.refunds_minor + EXCLUDED.refunds_minor`,
    // An update may take an order to another currency: what is left of the row is as if it had never been.
    `DELETE FROM analytics.day_money
     WHERE $1::bigint < $2::bigint AND (orders, units, revenue_minor, total_minor, discount_minor, refunds_minor) = (0, 0, 0, 0, 0, 0)`,
    `INSERT INTO analytics.day_activity AS a (day, product_views)
     SELECT ${shopDay}, count(*) FROM events.log WHERE ${range} AND name = 'Product Viewed' GROUP BY 1 ORDER BY 1
     ON CONFLICT (day) DO UPDATE SET product_views = a.product_views + EXCLUDED.product_views`,
    `INSERT INTO analytics.customer_day AS c (customer_key, day, visited, orders)
     SELECT customer_key, ${shopDay}, bool_or(name <> 'Order Completed'), count(*) FILTER (WHERE name = 'Order Completed')
     FROM events.log WHERE ${range} AND name IN ('Order Completed', 'page', ${visiting})
     GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (customer_key, day) DO UPDATE SET
       visited = c.visited OR EXCLUDED.visited,
       orders = c.orders + EXCLUDED.orders`,
    `INSERT INTO analytics.customer_first AS f (customer_key, first_order_day)
     SELECT customer_key, min(${shopDay}) FROM events.log WHERE ${range} AND name = 'Order Completed'
     GROUP BY 1 ORDER BY 1
     ON CONFLICT (customer_key) DO UPDATE SET first_order_day = least(f.first_order_day, EXCLUDED.first_order_day)`,
  ],
});
