import { withIdentity } from '@cda/platform/events/identity.ts';
import { isMessage, timelineStatements, timelineTables } from './timeline.ts';

// Catalogue events stand under a product's key. As `starts_with` the planner may look up every customer's key by index.
const ofCustomers = "seq > $1 AND seq <= $2 AND left(customer_key, 2) IN ('u:', 'a:')";
/** Orders and refunds as the range changes them; corrections may concern orders of other ranges. */
const orderFacts = 'events.order_facts($1, $2)';
const inShopCurrency = "coalesce(properties->>'currency' = (SELECT currency FROM events.shop), false)";
const minor = (field: string): string =>
  `CASE WHEN ${inShopCurrency} THEN coalesce((properties->>'${field}_minor')::bigint, 0) ELSE 0 END`;

/** What is said of a person and where it stands in the event; a name comes whole or in two parts. */
const traits: Readonly<Record<string, string>> = {
  name: `CASE WHEN name = 'identify' THEN coalesce(nullif(trim(properties->>'name'), ''),
    nullif(trim(concat_ws(' ', properties->>'firstName', properties->>'lastName')), '')) END`,
  email: "CASE WHEN name = 'identify' THEN nullif(trim(properties->>'email'), '') END",
  phone: "CASE WHEN name = 'identify' THEN nullif(trim(properties->>'phone'), '') END",
  country: `coalesce(CASE WHEN name = 'identify' THEN nullif(trim(properties#>>'{address,country}'), '') END,
    CASE WHEN name IN ('identify', 'Order Completed') THEN nullif(trim(properties->>'country'), '') END)`,
  city: "CASE WHEN name = 'identify' THEN nullif(trim(properties#>>'{address,city}'), '') END",
};
/** Only these say anything of a person: of the others not even the stamp is made, which costs more than all else of a fold. */
const saying = "name IN ('identify', 'Order Completed')";
const facts = Object.keys(traits).map((trait) => `${trait}_fact`);

/** What an update may change of an order. */
const amounts = [
  'revenue_minor',
  'total_minor',
  'discount_minor',
  'coupon',
  'lines',
  'units',
  'price_minor',
  'products',
];

/** How the parts of a customer make the whole. */
const whole: Readonly<Record<string, string>> = {
  first_seen_at: 'min',
  last_seen_at: 'max',
  first_order_at: 'min',
  last_order_at: 'max',
  order_count: 'sum',
  revenue_minor: 'sum',
  ...Object.fromEntries(facts.map((fact) => [fact, 'max'])),
};

/**
 * Customers with the latest that is known of them and their totals, their orders and refunds, their days of browsing, and what else
 * happened to them. What the
 * log says is kept by key; customers are made of the keys that are theirs, in the same transaction.
 */
export const customer = withIdentity('users', {
  name: 'customer',
  version: 4,
  tables: [
    'users.customer',
    'users.customer_part',
    'users.customer_order',
    'users.customer_refund',
    'users.customer_day',
    ...timelineTables,
  ],
  apply: [
    `WITH stamped AS (
       SELECT *, CASE name WHEN 'identify' THEN '1' ELSE '0' END
         || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || md5(message_id) AS stamp
       FROM events.log WHERE ${ofCustomers}
     )
     INSERT INTO users.customer_part AS c
       (customer_key, first_seen_at, last_seen_at, first_order_at, last_order_at, order_count, revenue_minor, ${facts.join(', ')})
     SELECT customer_key, min(occurred_at), max(occurred_at),
       min(occurred_at) FILTER (WHERE name = 'Order Completed'), max(occurred_at) FILTER (WHERE name = 'Order Completed'),
       count(*) FILTER (WHERE name = 'Order Completed'), 0,
       ${Object.values(traits)
         .map((value) => `max((stamp || (${value})) COLLATE "C") FILTER (WHERE ${saying})`)
         .join(', ')}
     FROM stamped GROUP BY customer_key ORDER BY customer_key
     ON CONFLICT (customer_key) DO UPDATE SET
       first_seen_at = least(c.first_seen_at, EXCLUDED.first_seen_at),
       last_seen_at = greatest(c.last_seen_at, EXCLUDED.last_seen_at),
       first_order_at = least(c.first_order_at, EXCLUDED.first_order_at),
       last_order_at = greatest(c.last_order_at, EXCLUDED.last_order_at),
       order_count = c.order_count + EXCLUDED.order_count,
       ${facts.map((fact) => `${fact} = greatest(c.${fact}, EXCLUDED.${fact})`).join(', ')}`,
    `UPDATE users.customer_part c SET revenue_minor = c.revenue_minor + f.revenue_minor
     FROM (
       SELECT customer_key, sum(sign * CASE name WHEN 'Order Completed' THEN 1 ELSE -1 END * ${minor('revenue')}) AS revenue_minor
       FROM ${orderFacts} GROUP BY customer_key
     ) f
     WHERE f.customer_key = c.customer_key AND f.revenue_minor <> 0`,
    `INSERT INTO users.customer_order AS o (customer_key, message_id, order_id, occurred_at, revenue_minor, total_minor,
       discount_minor, coupon, lines, units, price_minor, products)
     SELECT customer_key, message_id, coalesce(properties->>'order_id', message_id), occurred_at, ${minor('revenue')},
       ${minor('total')}, ${minor('discount')}, coalesce(properties->>'coupon', '') <> '',
       coalesce(l.lines, 0), coalesce(l.units, 0), coalesce(l.price, 0), coalesce(l.products, '{}')
     FROM ${orderFacts}, LATERAL (
       SELECT count(*) AS lines, sum((line->>'quantity')::bigint) AS units, avg((line->>'price_minor')::double precision) AS price,
         array_agg(DISTINCT line->>'product_id' ORDER BY line->>'product_id')
           FILTER (WHERE line->>'product_id' <> '') AS products
       FROM jsonb_array_elements(CASE jsonb_typeof(properties->'products') WHEN 'array' THEN properties->'products' ELSE '[]' END)
         AS line
     ) l
     WHERE sign = 1 AND name = 'Order Completed'
     ON CONFLICT (customer_key, message_id) DO UPDATE SET ${amounts.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}`,
    // The refund that a cancellation comes to changes with what is said of its order.
    `DELETE FROM users.customer_refund WHERE (customer_key, message_id) IN (
       SELECT customer_key, message_id FROM ${orderFacts} WHERE sign = -1 AND name = 'Order Refunded')`,
    `INSERT INTO users.customer_refund (customer_key, message_id, order_id, occurred_at, revenue_minor)
     SELECT customer_key, message_id, coalesce(properties->>'order_id', message_id), occurred_at, ${minor('revenue')}
     FROM ${orderFacts} WHERE sign = 1 AND name = 'Order Refunded'
     ON CONFLICT DO NOTHING`,
    `INSERT INTO users.customer_day AS d (customer_key, day, views, adds, searches, other)
     SELECT customer_key, (occurred_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE name = 'Product Viewed'),
       count(*) FILTER (WHERE name = 'Product Added'), count(*) FILTER (WHERE name = 'Products Searched'),
       count(*) FILTER (WHERE name NOT IN ('Product Viewed', 'Product Added', 'Products Searched'))
     FROM events.log
     WHERE ${ofCustomers} AND name NOT IN ('identify', 'alias', 'Order Completed', 'Order Updated', 'Order Cancelled', 'Order Refunded')
       AND NOT ${isMessage}
     GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (customer_key, day) DO UPDATE SET views = d.views + EXCLUDED.views, adds = d.adds + EXCLUDED.adds,
       searches = d.searches + EXCLUDED.searches, other = d.other + EXCLUDED.other`,
    ...timelineStatements(ofCustomers, traits),
    `DELETE FROM users.customer
     WHERE $1::bigint < $2::bigint AND customer_key = ANY (ARRAY(SELECT customer_key FROM users.identity_changed))`,
    `WITH affected AS MATERIALIZED (
       SELECT DISTINCT coalesce(i.canonical_key, k.customer_key) AS customer_key
       FROM (
         SELECT customer_key FROM events.log WHERE ${ofCustomers}
         UNION SELECT customer_key FROM ${orderFacts}
         UNION SELECT customer_key FROM users.identity_changed
       ) k LEFT JOIN users.identity i ON i.customer_key = k.customer_key
     )
     INSERT INTO users.customer (customer_key, ${Object.keys(whole).join(', ')})
     SELECT a.customer_key, ${Object.entries(whole)
       .map(([column, combine]) => `${combine}(p.${column})`)
       .join(', ')}
     FROM affected a, LATERAL (
       SELECT * FROM users.customer_part WHERE customer_key = a.customer_key
       UNION ALL
       SELECT m.* FROM users.identity i JOIN users.customer_part m ON m.customer_key = i.customer_key
       WHERE i.canonical_key = a.customer_key
     ) p
     GROUP BY a.customer_key ORDER BY a.customer_key
     ON CONFLICT (customer_key) DO UPDATE SET ${Object.keys(whole)
       .map((column) => `${column} = EXCLUDED.${column}`)
       .join(', ')}`,
  ],
});
