-- What the models say of customers. Each table holds what the served version wrote, in the transaction that made it the served one.

-- A segment keeps its id from one training to the next for as long as there is a cluster that continues it.
CREATE TABLE users.segment (
  id uuid PRIMARY KEY,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  -- Stable name for programs, for example `champions`.
  key text NOT NULL,
  name jsonb NOT NULL,
  description jsonb NOT NULL,
  size integer NOT NULL,
  share double precision NOT NULL,
  recency_days double precision NOT NULL,
  frequency double precision NOT NULL,
  monetary_minor bigint NOT NULL,
  revenue_minor bigint NOT NULL,
  -- In the units of the model's columns before scaling: the next training is matched with it.
  centre double precision[] NOT NULL
);
CREATE UNIQUE INDEX segment_by_key ON users.segment (key);

CREATE TABLE users.segment_history (
  segment_id uuid NOT NULL,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  key text NOT NULL,
  size integer NOT NULL,
  share double precision NOT NULL,
  PRIMARY KEY (segment_id, version_id)
);

CREATE TABLE users.customer_segment (
  customer_key text PRIMARY KEY,
  segment_id uuid NOT NULL,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  -- Difference of the squared distances to the second nearest centre and to the own one; the reasons' weights add up to it.
  margin double precision NOT NULL,
  reasons jsonb NOT NULL
);
CREATE INDEX customer_segment_by_segment ON users.customer_segment (segment_id, customer_key);

CREATE TABLE users.churn_score (
  customer_key text PRIMARY KEY,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  horizon_days integer NOT NULL,
  probability double precision NOT NULL,
  low double precision NOT NULL,
  high double precision NOT NULL,
  log_odds double precision NOT NULL,
  reasons jsonb NOT NULL
);
CREATE INDEX churn_score_by_probability ON users.churn_score (probability, customer_key);

CREATE TABLE users.lifetime_value (
  customer_key text PRIMARY KEY,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  probability_alive double precision NOT NULL,
  expected_orders double precision NOT NULL,
  value_minor bigint,
  low_minor bigint,
  high_minor bigint,
  next_order_at timestamptz,
  reasons jsonb NOT NULL
);

CREATE TABLE users.unusual_customer (
  customer_key text PRIMARY KEY,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  -- Distance to the nearest dense neighbourhood, in its radii.
  distance double precision NOT NULL,
  reasons jsonb NOT NULL
);

-- Each score that a version gave a customer: what it was, when, by which model.
CREATE TABLE users.score_history (
  customer_key text NOT NULL,
  model text NOT NULL,
  as_of timestamptz NOT NULL,
  version_id uuid NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (customer_key, model, version_id)
);
