-- Corrections of orders. What an order comes to depends on everything that was said of it, whenever and in whatever order it was said:
-- its lines and amounts are those of the latest update, and a cancelled order is refunded by whatever was not refunded before.
-- The first half of the condition follows from a look-up of one order and from nothing else: a fold of a range, which names the same
-- events, must not be planned as a walk over all orders there are.
CREATE INDEX log_by_order ON events.log ((properties->>'order_id'), name) WHERE properties->>'order_id' IS NOT NULL
  AND name IN ('Order Completed', 'Order Refunded', 'Order Updated', 'Order Cancelled');

-- What the log up to a number makes of one order, as completions and refunds. Of several completions of one id the first is the order
-- that corrections speak of; the others count as they are. Without a completion corrections mean nothing yet. An id of which more than
-- a thousand events speak is no order's, and is taken as it was sent: a sender who means harm cannot make folds walk it again and again.
CREATE FUNCTION events.effective_order(id text, horizon bigint)
RETURNS TABLE (customer_key text, message_id text, name text, occurred_at timestamptz, properties jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH said AS MATERIALIZED (
    SELECT l.customer_key, l.message_id, l.name, l.occurred_at, l.properties FROM events.log l
    WHERE l.properties->>'order_id' = id AND l.seq <= horizon
      AND l.name IN ('Order Completed', 'Order Refunded', 'Order Updated', 'Order Cancelled')
  ), corrected AS (
    SELECT count(*) <= 1000 AS yes FROM said
  ), placed AS (
    SELECT s.* FROM said s WHERE s.name = 'Order Completed'
    ORDER BY s.occurred_at, s.message_id COLLATE "C", s.customer_key COLLATE "C" LIMIT 1
  ), held AS (
    SELECT p.customer_key, p.message_id, p.occurred_at, p.properties || coalesce((
      -- Of several updates each field is that of the latest which has it: the last of equal keys stays.
      SELECT jsonb_object_agg(f.key, f.value ORDER BY u.occurred_at, u.message_id COLLATE "C", u.customer_key COLLATE "C")
      FROM said u, jsonb_each(u.properties) AS f
      WHERE u.name = 'Order Updated' AND u.occurred_at >= p.occurred_at AND (SELECT yes FROM corrected)
        AND (f.key IN ('currency', 'coupon', 'products') OR f.key LIKE '%\_minor')), '{}') AS properties
    FROM placed p
  ), refunded AS (
    SELECT coalesce(sum((s.properties->>'revenue_minor')::bigint), 0) AS revenue_minor,
      coalesce(sum((s.properties->>'total_minor')::bigint), 0) AS total_minor
    FROM said s, held h
    WHERE s.name = 'Order Refunded' AND s.properties->>'currency' IS NOT DISTINCT FROM h.properties->>'currency'
  ), kept AS (
    SELECT jsonb_agg(jsonb_build_object('product_id', k.product_id, 'price_minor', k.price_minor, 'quantity', k.quantity)
      ORDER BY k.product_id COLLATE "C", k.price_minor) AS products
    FROM (
      SELECT f.product_id, f.price_minor, sum(f.quantity) AS quantity FROM (
        SELECT b.product_id, b.price_minor, b.quantity FROM held h,
          jsonb_to_recordset(CASE jsonb_typeof(h.properties->'products') WHEN 'array' THEN h.properties->'products' END)
            AS b (product_id text, price_minor bigint, quantity bigint)
        UNION ALL
        SELECT b.product_id, b.price_minor, -b.quantity FROM said s,
          jsonb_to_recordset(CASE jsonb_typeof(s.properties->'products') WHEN 'array' THEN s.properties->'products' END)
            AS b (product_id text, price_minor bigint, quantity bigint)
        WHERE s.name = 'Order Refunded') f
      GROUP BY 1, 2 HAVING sum(f.quantity) > 0) k
  )
  SELECT h.customer_key, h.message_id, 'Order Completed', h.occurred_at, h.properties FROM held h
  UNION ALL
  SELECT s.customer_key, s.message_id, s.name, s.occurred_at, s.properties FROM said s
  WHERE s.name = 'Order Refunded' OR (s.name = 'Order Completed'
    AND NOT EXISTS (SELECT FROM placed p WHERE p.customer_key = s.customer_key AND p.message_id = s.message_id))
  UNION ALL
  SELECT h.customer_key, 'cancelled:' || id, 'Order Refunded', c.occurred_at, jsonb_strip_nulls(jsonb_build_object(
    'order_id', id, 'currency', h.properties->'currency', 'products', k.products,
    'revenue_minor', greatest(coalesce((h.properties->>'revenue_minor')::bigint, 0) - r.revenue_minor, 0),
    'total_minor', greatest(coalesce((h.properties->>'total_minor')::bigint, 0) - r.total_minor, 0)))
  FROM held h, refunded r, kept k,
    (SELECT min(s.occurred_at) AS occurred_at FROM said s WHERE s.name = 'Order Cancelled' AND (SELECT yes FROM corrected)
      HAVING count(*) > 0) c
$$;

-- Orders and refunds as a range of the log changes them: `sign` 1 for what holds after it, -1 for what held before and does no more.
-- Added up over all ranges it is what the whole log says, whatever the order and the cut. An order that was never corrected costs one
-- look by index, and comes as it was sent.
CREATE FUNCTION events.order_facts(after bigint, upto bigint)
RETURNS TABLE (sign integer, customer_key text, message_id text, name text, occurred_at timestamptz, properties jsonb)
LANGUAGE sql STABLE AS $$
  WITH touched AS MATERIALIZED (
    SELECT o.order_id FROM (
      SELECT DISTINCT l.properties->>'order_id' AS order_id FROM events.log l
      WHERE l.seq > after AND l.seq <= upto AND l.name IN ('Order Completed', 'Order Refunded', 'Order Updated', 'Order Cancelled')) o
    WHERE (SELECT true FROM events.log c WHERE c.properties->>'order_id' = o.order_id
      AND c.name IN ('Order Updated', 'Order Cancelled') AND c.seq <= upto LIMIT 1)
      AND (SELECT count(*) FROM (SELECT FROM events.log m WHERE m.properties->>'order_id' = o.order_id AND m.seq <= after
        AND m.name IN ('Order Completed', 'Order Refunded', 'Order Updated', 'Order Cancelled') LIMIT 1001) n) <= 1000
  )
  SELECT 1, l.customer_key, l.message_id, l.name, l.occurred_at, l.properties FROM events.log l
  WHERE l.seq > after AND l.seq <= upto AND l.name IN ('Order Completed', 'Order Refunded')
    AND (l.properties->>'order_id' IN (SELECT t.order_id FROM touched t)) IS NOT TRUE
  UNION ALL
  SELECT s.sign, e.customer_key, e.message_id, e.name, e.occurred_at, e.properties
  FROM touched t, (VALUES (-1, after), (1, upto)) AS s (sign, horizon), LATERAL events.effective_order(t.order_id, s.horizon) e
$$;

REVOKE ALL ON FUNCTION events.effective_order(text, bigint), events.order_facts(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.effective_order(text, bigint), events.order_facts(bigint, bigint)
  TO cda_users, cda_products, cda_recommendations, cda_analytics;
