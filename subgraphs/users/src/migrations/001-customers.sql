-- Customers as the log tells of them.
--
-- A `_fact` is a value behind the stamp of where it was said: one digit (1 for identify, 0 for orders), the time in 20 digits, the
-- digest of the message's id in 32. The greatest fact is the one that holds, in whatever order they come, and the column beside
-- it is the value alone.
CREATE TABLE users.customer (
  -- `u:` and the shop's own id, or `a:` and an anonymous one.
  customer_key text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  first_order_at timestamptz,
  last_order_at timestamptz,
  order_count integer NOT NULL,
  -- Of completed orders less refunds, in the shop's currency.
  revenue_minor bigint NOT NULL,
  name_fact text COLLATE "C",
  email_fact text COLLATE "C",
  phone_fact text COLLATE "C",
  country_fact text COLLATE "C",
  city_fact text COLLATE "C",
  external_id text GENERATED ALWAYS AS (substr(customer_key, 3)) STORED NOT NULL,
  anonymous boolean GENERATED ALWAYS AS (starts_with(customer_key, 'a:')) STORED NOT NULL,
  name text GENERATED ALWAYS AS (substr(name_fact, 54)) STORED,
  email text GENERATED ALWAYS AS (substr(email_fact, 54)) STORED,
  phone text GENERATED ALWAYS AS (substr(phone_fact, 54)) STORED,
  country text GENERATED ALWAYS AS (substr(country_fact, 54)) STORED,
  city text GENERATED ALWAYS AS (substr(city_fact, 54)) STORED
);
-- The orders that lists are read in; the key makes each of them total.
CREATE INDEX customer_by_revenue ON users.customer (revenue_minor, customer_key);
CREATE INDEX customer_by_orders ON users.customer (order_count, customer_key);
CREATE INDEX customer_by_last_seen ON users.customer (last_seen_at, customer_key);
CREATE INDEX customer_by_external_id ON users.customer (external_id);

CREATE TABLE users.customer_order (
  customer_key text NOT NULL,
  message_id text NOT NULL,
  order_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  -- In the shop's currency; 0 for orders in another one.
  revenue_minor bigint NOT NULL,
  total_minor bigint NOT NULL,
  discount_minor bigint NOT NULL,
  coupon boolean NOT NULL,
  lines integer NOT NULL,
  units bigint NOT NULL,
  -- Mean price of a line.
  price_minor double precision NOT NULL,
  -- Different products, sorted.
  products text[] NOT NULL,
  PRIMARY KEY (customer_key, message_id)
);
CREATE INDEX customer_order_by_time ON users.customer_order (customer_key, occurred_at);

CREATE TABLE users.customer_refund (
  customer_key text NOT NULL,
  message_id text NOT NULL,
  order_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  revenue_minor bigint NOT NULL,
  PRIMARY KEY (customer_key, message_id)
);

-- What a customer did on a day in UTC besides ordering.
CREATE TABLE users.customer_day (
  customer_key text NOT NULL,
  day date NOT NULL,
  views integer NOT NULL,
  adds integer NOT NULL,
  searches integer NOT NULL,
  other integer NOT NULL,
  PRIMARY KEY (customer_key, day)
);
