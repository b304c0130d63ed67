-- A person may have several keys. What the log says is kept by key; what is read is of the person.
--
-- What each key brings to its customer; users.customer is made of these rows by who is who, and made again when that changes.
CREATE TABLE users.customer_part (
  customer_key text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  first_order_at timestamptz,
  last_order_at timestamptz,
  order_count integer NOT NULL,
  revenue_minor bigint NOT NULL,
  name_fact text COLLATE "C",
  email_fact text COLLATE "C",
  phone_fact text COLLATE "C",
  country_fact text COLLATE "C",
  city_fact text COLLATE "C"
);

CREATE VIEW users.person_order AS
SELECT coalesce(i.canonical_key, o.customer_key) AS customer_key, o.message_id, o.order_id, o.occurred_at, o.revenue_minor,
  o.total_minor, o.discount_minor, o.coupon, o.lines, o.units, o.price_minor, o.products
FROM users.customer_order o LEFT JOIN users.identity i ON i.customer_key = o.customer_key;

CREATE VIEW users.person_refund AS
SELECT coalesce(i.canonical_key, r.customer_key) AS customer_key, r.message_id, r.order_id, r.occurred_at, r.revenue_minor
FROM users.customer_refund r LEFT JOIN users.identity i ON i.customer_key = r.customer_key;

CREATE VIEW users.person_day AS
SELECT coalesce(i.canonical_key, d.customer_key) AS customer_key, d.day, sum(d.views) AS views, sum(d.adds) AS adds,
  sum(d.searches) AS searches, sum(d.other) AS other
FROM users.customer_day d LEFT JOIN users.identity i ON i.customer_key = d.customer_key
GROUP BY 1, 2;
