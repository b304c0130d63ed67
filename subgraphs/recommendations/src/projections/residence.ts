import { defineProjection } from '@cda/platform/events/projection.ts';

// Catalogue events stand under a product's key.
const ofCustomers = "seq > $1 AND seq <= $2 AND left(customer_key, 2) IN ('u:', 'a:')";
/** A country as it is kept: upper case, of bounded length; null where nothing is said. */
const country = (value: string): string => `nullif(left(upper(trim(${value})), 60), '')`;

/**
 * The country of each key: what an account says before what an order says before the region of the language that pages were read in.
 * Which keys are one customer is looked up when a list is asked for.
 */
export const residence = defineProjection({
  name: 'residence',
  version: 1,
  tables: ['recommendations.residence'],
  apply: [
    `WITH said AS (
       SELECT customer_key, occurred_at, message_id, '2' AS source,
         coalesce(${country("properties#>>'{address,country}'")}, ${country("properties->>'country'")}) AS country
       FROM events.log WHERE ${ofCustomers} AND name = 'identify'
       UNION ALL
       SELECT customer_key, occurred_at, message_id, '1',
         coalesce(${country("properties#>>'{shipping_address,country}'")}, ${country("properties->>'country'")})
       FROM events.log WHERE ${ofCustomers} AND name = 'Order Completed'
       UNION ALL
       SELECT customer_key, occurred_at, message_id, '0', substring(context->>'locale' FROM '[-_]([A-Z]{2})$')
       FROM events.log WHERE ${ofCustomers} AND type IN ('identify', 'page')
     )
     INSERT INTO recommendations.residence AS r (customer_key, country_fact)
     SELECT customer_key, max((source || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || md5(message_id) || country) COLLATE "C")
     FROM said WHERE country IS NOT NULL GROUP BY customer_key ORDER BY customer_key
     ON CONFLICT (customer_key) DO UPDATE SET country_fact = EXCLUDED.country_fact
     WHERE EXCLUDED.country_fact > r.country_fact`,
  ],
});
