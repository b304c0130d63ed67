-- The shop's figures by day of its calendar. Sums are kept as sums; whatever is counted once only (customers, visits) is
-- kept as keys, so that an event that comes late or twice changes no count that it should not.
CREATE TABLE analytics.day_money (
  day date NOT NULL,
  currency text NOT NULL,
  orders bigint NOT NULL,
  units bigint NOT NULL,
  revenue_minor bigint NOT NULL,
  total_minor bigint NOT NULL,
  discount_minor bigint NOT NULL,
  refunds_minor bigint NOT NULL,
  PRIMARY KEY (day, currency)
);
CREATE TABLE analytics.day_activity (
  day date PRIMARY KEY,
  product_views bigint NOT NULL
);
CREATE TABLE analytics.customer_day (
  customer_key text NOT NULL,
  day date NOT NULL,
  visited boolean NOT NULL,
  orders integer NOT NULL,
  PRIMARY KEY (customer_key, day)
);
CREATE INDEX customer_day_by_day ON analytics.customer_day (day) INCLUDE (customer_key, visited, orders);
CREATE TABLE analytics.customer_first (
  customer_key text PRIMARY KEY,
  first_order_day date NOT NULL
);
CREATE INDEX customer_first_by_day ON analytics.customer_first (first_order_day);
CREATE TABLE analytics.anomaly (
  metric text NOT NULL,
  day date NOT NULL,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  value double precision NOT NULL,
  expected double precision NOT NULL,
  low double precision NOT NULL,
  high double precision NOT NULL,
  score double precision NOT NULL,
  severity text NOT NULL CHECK (severity IN ('NOTICE', 'WARNING', 'CRITICAL')),
  reasons jsonb NOT NULL,
  PRIMARY KEY (metric, day)
);
CREATE INDEX anomaly_by_day ON analytics.anomaly (day, metric);
