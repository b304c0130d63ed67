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
const texts = ['sku', 'name', 'name_ru', 'brand', 'category', 'url', 'image_url'];
const facts = [...texts, 'price', 'cost', 'stock'];
const fields = `product_id text, ${texts.map((field) => `${field} text`).join(', ')}, price_minor bigint`;
const columns = ['product_id', ...texts, 'price_minor'].map((column) => `f.${column}`).join(', ');

/** Where a fact was said; see the migration. */
const stamp = (source: 0 | 1): string =>
  `('${source}' || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || md5(message_id)) COLLATE "C"`;

const linesOf = "CASE jsonb_typeof(properties->'products') WHEN 'array' THEN properties->'products' END AS products";

/**
 * What was said of orders, with what their lines share, taken out of the document once: reading it for each line unpacks a long
 * order again and again, which took twice to three times as long on 535,000 lines of 25,900 invoices.
 */
const orders = `(
  SELECT occurred_at, ${stamp(0)} AS stamp, name <> 'Order Refunded' AS priced, properties->>'currency' AS currency, ${linesOf}
  FROM events.log WHERE ${range} AND name IN ('Order Completed', 'Order Updated', 'Order Refunded') OFFSET 0
) o`;

/** What orders and refunds come to, as the range changes it: `sign` is -1 for what held before and does no more. */
const changes = `(
  SELECT sign, ${shopDay} AS day, name = 'Order Completed' AS completed, properties->>'currency' AS currency, ${linesOf}
  FROM events.order_facts($1, $2) OFFSET 0
) o`;

/** Units of a line that were sold, less those that came back. */
const sold = 'sign * CASE WHEN completed THEN f.quantity ELSE -f.quantity END';

/** `A>B` and `A  >  B` are the same path; a name is as long as lists can be ordered by. */
const written = (field: string): string =>
  ({ category: `regexp_replace(trim(category), '\\s*>\\s*', ' > ', 'g')`, name: 'left(name, 400)' })[field] ?? field;

/**
 * Products with the latest that is known of them, their sales by day and price, and the course of price and stock.
 * A refund's price says nothing of what the product costs; its units come off.
 */
export const product = defineProjection({
  name: 'product',
  version: 2,
  tables: ['products.product', 'products.sale', 'products.catalogue_point'],
  apply: [
    // What is said in the same words is one fact, said last at the greatest stamp.
    `WITH said AS (
       SELECT occurred_at, ${stamp(1)} AS stamp, ${columns}, properties->>'currency' AS currency,
         (properties->>'cost_minor')::bigint AS cost_minor, (properties->>'stock')::integer AS stock
       FROM events.log e, jsonb_to_record(properties) AS f (${fields})
       WHERE ${range} AND e.name = 'Product Upserted'
       UNION ALL
       SELECT min(occurred_at), max(stamp), ${columns.replace('f.price_minor', 'CASE WHEN priced THEN f.price_minor END')},
         currency, NULL, NULL
       FROM ${orders}, jsonb_to_recordset(products) AS f (${fields})
       GROUP BY priced, currency, ${columns}
       UNION ALL
       SELECT occurred_at, ${stamp(0)}, ${columns}, properties->>'currency', NULL, NULL
       FROM events.log e, jsonb_to_record(properties) AS f (${fields})
       WHERE ${range} AND e.name IN (${sightings.map((name) => `'${name}'`).join(', ')})
       -- Of the whole: a stamp is made once a row, not once for each column that it goes into.
       OFFSET 0
     )
     INSERT INTO products.product AS p
       (product_id, first_seen_at, units_sold, revenue_minor, ${facts.map((field) => `${field}_fact`).join(', ')})
     SELECT product_id, min(occurred_at), 0, 0,
       ${texts.map((field) => `max((stamp || nullif(${written(field)}, '')) COLLATE "C")`).join(', ')},
       max((stamp || price_minor || ' ' || nullif(currency, '')) COLLATE "C"),
       max((stamp || cost_minor || ' ' || nullif(currency, '')) COLLATE "C"),
       max((stamp || stock) COLLATE "C")
     FROM said WHERE product_id <> '' GROUP BY product_id
     ON CONFLICT (product_id) DO UPDATE SET
       first_seen_at = least(p.first_seen_at, EXCLUDED.first_seen_at),
       ${facts.map((field) => `${field}_fact = greatest(p.${field}_fact, EXCLUDED.${field}_fact)`).join(', ')}`,
    `UPDATE products.product p SET units_sold = p.units_sold + c.units, revenue_minor = p.revenue_minor + c.revenue_minor
     FROM (
       SELECT f.product_id, sum(${sold}) AS units, coalesce(sum(${sold} * f.price_minor)
         FILTER (WHERE currency = (SELECT currency FROM events.shop)), 0) AS revenue_minor
       FROM ${changes}, jsonb_to_recordset(products) AS f (product_id text, price_minor bigint, quantity bigint)
       GROUP BY 1
     ) c
     WHERE c.product_id = p.product_id AND (c.units, c.revenue_minor) <> (0, 0)`,
    `INSERT INTO products.sale AS s (product_id, day, price_minor, currency, lines, units, refunded_units)
     SELECT f.product_id, day, f.price_minor, currency, coalesce(sum(sign) FILTER (WHERE completed), 0),
       coalesce(sum(sign * f.quantity) FILTER (WHERE completed), 0),
       coalesce(sum(sign * f.quantity) FILTER (WHERE NOT completed), 0)
     FROM ${changes}, jsonb_to_recordset(products) AS f (product_id text, price_minor bigint, quantity bigint)
     WHERE f.product_id <> '' AND f.price_minor IS NOT NULL AND f.quantity IS NOT NULL AND currency IS NOT NULL
     GROUP BY 1, 2, 3, 4
     ON CONFLICT (product_id, day, price_minor, currency) DO UPDATE SET
       lines = s.lines + EXCLUDED.lines,
       units = s.units + EXCLUDED.units,
       refunded_units = s.refunded_units + EXCLUDED.refunded_units`,
    // A line that an update took away leaves nothing.
    `DELETE FROM products.sale s USING (
       SELECT DISTINCT f.product_id, day FROM ${changes}, jsonb_to_recordset(products) AS f (product_id text) WHERE sign = -1
     ) c
     WHERE s.product_id = c.product_id AND s.day = c.day AND (s.lines, s.units, s.refunded_units) = (0, 0, 0)`,
    `INSERT INTO products.catalogue_point (product_id, at, message_id, price_minor, currency, stock)
     SELECT properties->>'product_id', occurred_at, message_id, (properties->>'price_minor')::bigint,
       properties->>'currency', (properties->>'stock')::integer
     FROM events.log WHERE ${range} AND name = 'Product Upserted' AND properties ?| ARRAY['price_minor', 'stock']
     ON CONFLICT DO NOTHING`,
  ],
});
