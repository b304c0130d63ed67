import { defineProjection } from '@cda/platform/events/projection.ts';
import { kinds } from '../ml/interactions.ts';

// Catalogue events stand under a product's key.
const ofCustomers = "seq > $1 AND seq <= $2 AND left(customer_key, 2) IN ('u:', 'a:')";

/** Events that name one product, by what they say of it. A view and a click of one day are one sign. */
const signs: Readonly<Record<string, number>> = {
  'Product Viewed': kinds.view,
  'Product Clicked': kinds.view,
  'Product Added': kinds.cart,
  'Product Added to Wishlist': kinds.wishlist,
  'Wishlist Product Added to Cart': kinds.cart,
  'Recommendation Dismissed': kinds.dismissal,
};
const orders: Readonly<Record<string, number>> = {
  'Order Completed': kinds.purchase,
  'Order Refunded': kinds.refund,
  'Order Cancelled': kinds.refund,
};
const kindOf = (kindByName: Readonly<Record<string, number>>): string =>
  `CASE name ${Object.entries(kindByName)
    .map(([name, kind]) => `WHEN '${name}' THEN ${kind}`)
    .join(' ')} END`;
const listed = (kindByName: Readonly<Record<string, number>>): string =>
  Object.keys(kindByName)
    .map((name) => `'${name}'`)
    .join(', ');

/** What each customer did with each product: the latest moment of every occasion, whatever the order of arrival. */
export const interaction = defineProjection({
  name: 'interaction',
  version: 3,
  tables: ['recommendations.interaction'],
  apply: [
    `INSERT INTO recommendations.interaction AS i (customer_key, kind, product_id, occasion, at)
     SELECT customer_key, kind, product_id, occasion, max(occurred_at) FROM (
       SELECT customer_key, ${kindOf(signs)} AS kind, properties->>'product_id' AS product_id,
         (occurred_at AT TIME ZONE 'UTC')::date::text AS occasion, occurred_at
       FROM events.log WHERE ${ofCustomers} AND name IN (${listed(signs)})
       UNION ALL
       SELECT customer_key, ${kindOf(orders)}, line->>'product_id', coalesce(properties->>'order_id', message_id), occurred_at
       FROM events.log, jsonb_array_elements(properties->'products') AS line
       WHERE ${ofCustomers} AND name IN (${listed(orders)}) AND jsonb_typeof(properties->'products') = 'array'
       UNION ALL
       -- A cancellation sends back every line of its order, whichever of the two comes first.
       SELECT o.customer_key, ${kinds.refund}, line->>'product_id', c.order_id, c.at
       FROM (
         SELECT properties->>'order_id' AS order_id, max(occurred_at) AS at
         FROM events.log WHERE seq > $1 AND seq <= $2 AND name = 'Order Cancelled' GROUP BY 1
       ) c, LATERAL (
         SELECT customer_key, properties FROM events.log
         WHERE properties->>'order_id' = c.order_id AND name = 'Order Completed' AND seq <= $2
           AND jsonb_typeof(properties->'products') = 'array' OFFSET 0
       ) o, jsonb_array_elements(o.properties->'products') AS line
       UNION ALL
       SELECT o.customer_key, ${kinds.refund}, line->>'product_id', o.properties->>'order_id', c.at
       FROM events.log o, LATERAL (
         SELECT max(occurred_at) AS at FROM events.log
         WHERE properties->>'order_id' = o.properties->>'order_id' AND name = 'Order Cancelled' AND seq <= $1
       ) c, jsonb_array_elements(CASE WHEN c.at IS NOT NULL THEN o.properties->'products' END) AS line
       WHERE o.seq > $1 AND o.seq <= $2 AND o.name = 'Order Completed' AND jsonb_typeof(o.properties->'products') = 'array'
     ) said
     WHERE product_id <> ''
     GROUP BY customer_key, kind, product_id, occasion
     ORDER BY customer_key, kind, product_id, occasion
     ON CONFLICT (customer_key, kind, product_id, occasion) DO UPDATE SET at = greatest(i.at, EXCLUDED.at)`,
  ],
});
