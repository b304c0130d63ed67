import { defineProjection } from '@cda/platform/events/projection.ts';

const range = 'seq > $1 AND seq <= $2';
const single =
  "'Product Viewed', 'Product Clicked', 'Product Added', 'Product Added to Wishlist', 'Wishlist Product Added to Cart'";
const texts = ['name', 'name_ru', 'description', 'category', 'brand'];
const latest = (field: string): string => `max((stamp || nullif(item->>'${field}', '')) COLLATE "C")`;
const kept = [...texts, 'price', 'cost', 'stock', 'countries'].map(
  (field) => `${field}_fact = greatest(p.${field}_fact, EXCLUDED.${field}_fact)`,
);

/** Products with the latest that is known of them: the catalogue's word before that of orders and visits. */
export const product = defineProjection({
  name: 'product',
  version: 3,
  tables: ['recommendations.product'],
  apply: [
    `WITH said AS (
       SELECT properties->>'product_id' AS product_id, '1' AS source, occurred_at, message_id, properties->>'currency' AS currency, properties AS item
       FROM events.log WHERE ${range} AND name = 'Product Upserted'
       UNION ALL
       SELECT line->>'product_id', '0', occurred_at, message_id, properties->>'currency', line
       FROM events.log, jsonb_array_elements(properties->'products') AS line
       WHERE ${range} AND name = 'Order Completed' AND jsonb_typeof(properties->'products') = 'array'
       UNION ALL
       SELECT properties->>'product_id', '0', occurred_at, message_id, properties->>'currency', properties
       FROM events.log WHERE ${range} AND name IN (${single})
     ), stamped AS (
       SELECT *, source || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || md5(message_id) AS stamp FROM said
       -- Made once a row, not once for each column that it goes into.
       WHERE product_id <> '' OFFSET 0
     )
     INSERT INTO recommendations.product AS p
       (product_id, first_seen_at, ${texts.map((field) => `${field}_fact`).join(', ')}, price_fact, cost_fact, stock_fact, countries_fact)
     SELECT product_id, min(occurred_at), ${texts.map(latest).join(', ')},
       max((stamp || (item->>'price_minor') || ' ' || currency) COLLATE "C"),
       max((stamp || (item->>'cost_minor') || ' ' || currency) COLLATE "C") FILTER (WHERE source = '1'),
       max((stamp || (item->>'stock')) COLLATE "C") FILTER (WHERE source = '1'),
       max((stamp || (item->>'countries')) COLLATE "C") FILTER (WHERE source = '1')
     FROM stamped GROUP BY product_id ORDER BY product_id
     ON CONFLICT (product_id) DO UPDATE SET
       first_seen_at = least(p.first_seen_at, EXCLUDED.first_seen_at),
       ${kept.join(', ')}`,
  ],
});
