import { defineProjection } from '@cda/platform/events/projection.ts';

/** Visits that name one product; what they say of it holds until the catalogue says otherwise. */
const sightings = [
  'Product Viewed',
  'Product Clicked',
  'Product Added',
  'Product Added to Wishlist',
  'Wishlist Product Added to Cart',
];

const range = 'seq > $1 AND seq <= $2';
const shopDay = '(occurred_at AT TIME ZONE (SELECT time_zone FROM events.shop))::date';
const latest = (field: string): string => `max((stamp || nullif(item->>'${field}', '')) COLLATE "C")`;
const greatest = (field: string): string => `${field}_fact = greatest(p.${field}_fact, EXCLUDED.${field}_fact)`;
const texts = ['sku', 'name', 'name_ru', 'brand', 'category', 'url', 'image_url'];

/**
 * Products with the latest that is known of them, their sales by day and price, and the course of price and stock.
 * A refund's price says nothing of what the product costs; its units come off.
 */
export const product = defineProjection({
  name: 'product',
  version: 1,
  tables: ['products.product', 'products.sale', 'products.catalogue_point'],
  apply: [
    `WITH said AS (
       SELECT properties->>'product_id' AS product_id, '1' AS source, occurred_at, message_id, properties AS item,
         0 AS units, 0 AS revenue_minor
       FROM events.log WHERE ${range} AND name = 'Product Upserted'
       UNION ALL
       SELECT line->>'product_id', '0', occurred_at, message_id,
         CASE name WHEN 'Order Completed' THEN jsonb_set(line, '{currency}', coalesce(properties->'currency', '""'))
           ELSE line - 'price_minor' END,
         sign * coalesce((line->>'quantity')::bigint, 0),
         CASE WHEN properties->>'currency' = (SELECT currency FROM events.shop)
           THEN sign * coalesce((line->>'quantity')::bigint * (line->>'price_minor')::bigint, 0) ELSE 0 END
       FROM events.log, jsonb_array_elements(properties->'products') AS line,
         LATERAL (SELECT CASE name WHEN 'Order Completed' THEN 1 ELSE -1 END AS sign) s
       WHERE ${range} AND name IN ('Order Completed', 'Order Refunded') AND jsonb_typeof(properties->'products') = 'array'
       UNION ALL
       SELECT properties->>'product_id', '0', occurred_at, message_id, properties, 0, 0
       FROM events.log WHERE ${range} AND name IN (${sightings.map((name) => `'${name}'`).join(', ')})
     ), stamped AS (
       SELECT *, source || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || md5(message_id) AS stamp FROM said
       WHERE product_id <> ''
     )
     INSERT INTO products.product AS p
       (product_id, first_seen_at, units_sold, revenue_minor, ${texts.map((field) => `${field}_fact`).join(', ')},
        price_fact, stock_fact)
     SELECT product_id, min(occurred_at), sum(units), sum(revenue_minor), ${texts.map(latest).join(', ')},
       max((stamp || (item->>'price_minor') || ' ' || nullif(item->>'currency', '')) COLLATE "C"),
       max((stamp || (item->>'stock')) COLLATE "C") FILTER (WHERE source = '1')
     FROM stamped GROUP BY product_id ORDER BY product_id
     ON CONFLICT (product_id) DO UPDATE SET
       first_seen_at = least(p.first_seen_at, EXCLUDED.first_seen_at),
       units_sold = p.units_sold + EXCLUDED.units_sold,
       revenue_minor = p.revenue_minor + EXCLUDED.revenue_minor,
       ${[...texts, 'price', 'stock'].map(greatest).join(', ')}`,
    `INSERT INTO products.sale AS s (product_id, day, price_minor, currency, lines, units, refunded_units)
     SELECT line->>'product_id', ${shopDay}, (line->>'price_minor')::bigint, properties->>'currency',
       count(*) FILTER (WHERE name = 'Order Completed'),
       coalesce(sum((line->>'quantity')::bigint) FILTER (WHERE name = 'Order Completed'), 0),
       coalesce(sum((line->>'quantity')::bigint) FILTER (WHERE name = 'Order Refunded'), 0)
     FROM events.log, jsonb_array_elements(properties->'products') AS line
     WHERE ${range} AND name IN ('Order Completed', 'Order Refunded') AND jsonb_typeof(properties->'products') = 'array'
       AND line->>'product_id' <> '' AND line->>'price_minor' IS NOT NULL AND line->>'quantity' IS NOT NULL
       AND properties->>'currency' IS NOT NULL
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
     ON CONFLICT (product_id, day, price_minor, currency) DO UPDATE SET
       lines = s.lines + EXCLUDED.lines,
       units = s.units + EXCLUDED.units,
       refunded_units = s.refunded_units + EXCLUDED.refunded_units`,
    `INSERT INTO products.catalogue_point (product_id, at, message_id, price_minor, currency, stock)
     SELECT properties->>'product_id', occurred_at, message_id, (properties->>'price_minor')::bigint,
       properties->>'currency', (properties->>'stock')::integer
     FROM events.log WHERE ${range} AND name = 'Product Upserted' AND properties ?| ARRAY['price_minor', 'stock']
     ON CONFLICT DO NOTHING`,
  ],
});
