import { defineProjection } from '@cda/platform/events/projection.ts';
import { experimentSuffix } from '@cda/platform/experiments/list-id.ts';

const range = 'seq > $1 AND seq <= $2';
const shopDay = '(occurred_at AT TIME ZONE (SELECT time_zone FROM events.shop))::date';
/** Ids as `serving/list.ts` makes them; anything else that a sender calls an id says nothing of a pipeline. */
const listId = `^(HOME|BUY_AGAIN|PRODUCT|CART|EMAIL|WIN_BACK)[.](HYBRID|BUY_AGAIN|CONTENT|CO_PURCHASE|POPULAR|COLLABORATIVE|INTERLEAVED)[.]([0-9]{1,9})[.][0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(${experimentSuffix})?$`;
/** A place in a list from 1, the 1000th with all that follow it; null where it was not told. */
const place = (json: string): string =>
  `CASE WHEN jsonb_typeof(${json}->'position') = 'number' AND (${json}->>'position')::numeric >= 1
     THEN least((${json}->>'position')::numeric, 1000)::integer END`;
/** Place of a line of a list that was seen: as it says itself, so that a later page goes on; else, or where a list counts from 0, by its order. */
const seenAt = `coalesce(CASE WHEN NOT counted.from_nought THEN ${place('line.item')} END, least(line.ordinality, 1000)::integer)`;

/** What came of the lists that were served: seen, clicked, put into the cart, ordered. */
export const outcome = defineProjection({
  name: 'outcome',
  version: 5,
  tables: ['recommendations.outcome'],
  apply: [
    `WITH said AS (
       SELECT properties->>'recommendation_id' AS list, ${shopDay} AS day, 0 AS position,
         1 AS lists, 0 AS impressions, 0 AS clicks, 0 AS adds, 0 AS order_lines, 0::bigint AS revenue
       FROM events.log WHERE ${range} AND name = 'Product List Viewed'
       UNION ALL
       SELECT properties->>'recommendation_id', ${shopDay}, ${seenAt}, 0, 1, 0, 0, 0, 0
       FROM events.log, jsonb_array_elements(properties->'products') WITH ORDINALITY AS line (item, ordinality),
         jsonb_path_exists(properties->'products', '$[*].position ? (@ < 1)') AS counted (from_nought)
       WHERE ${range} AND name = 'Product List Viewed' AND jsonb_typeof(properties->'products') = 'array'
       UNION ALL
       SELECT properties->>'recommendation_id', ${shopDay}, coalesce(${place('properties')}, 0), 0, 0,
         (name = 'Product Clicked')::integer, (name = 'Product Added')::integer, 0, 0
       FROM events.log WHERE ${range} AND name IN ('Product Clicked', 'Product Added')
       UNION ALL
       SELECT line->>'recommendation_id', ${shopDay}, coalesce(${place('line')}, 0), 0, 0, 0, 0, 1,
         CASE WHEN properties->>'currency' = (SELECT currency FROM events.shop)
           THEN coalesce((line->>'quantity')::bigint * (line->>'price_minor')::bigint, 0) ELSE 0 END
       FROM events.log, jsonb_array_elements(properties->'products') AS line
       WHERE ${range} AND name = 'Order Completed' AND jsonb_typeof(properties->'products') = 'array'
     )
     INSERT INTO recommendations.outcome AS o
       (day, placement, pipeline, version, position, lists, impressions, clicks, adds, order_lines, revenue_minor)
     SELECT day, split_part(list, '.', 1), split_part(list, '.', 2), split_part(list, '.', 3)::integer, position,
       sum(lists), sum(impressions), sum(clicks), sum(adds), sum(order_lines), sum(revenue)
     FROM said WHERE list ~ '${listId}'
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (day, placement, pipeline, version, position) DO UPDATE SET
       lists = o.lists + EXCLUDED.lists,
       impressions = o.impressions + EXCLUDED.impressions,
       clicks = o.clicks + EXCLUDED.clicks,
       adds = o.adds + EXCLUDED.adds,
       order_lines = o.order_lines + EXCLUDED.order_lines,
       revenue_minor = o.revenue_minor + EXCLUDED.revenue_minor`,
  ],
});
