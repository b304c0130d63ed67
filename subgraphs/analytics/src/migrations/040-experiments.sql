-- Experiments as their latest revision in the log tells them.
CREATE TABLE analytics.experiment (
  experiment text PRIMARY KEY,
  revision integer NOT NULL,
  state jsonb NOT NULL
);
-- Who met which variant, first and last. Of lists that mix two ways of making them, `variant` is '*'.
CREATE TABLE analytics.experiment_exposure (
  customer_key text NOT NULL,
  experiment text NOT NULL,
  variant text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (customer_key, experiment, variant)
);
CREATE INDEX experiment_exposure_by_experiment ON analytics.experiment_exposure (experiment);
-- Who clicked in a list that an experiment made, first and last.
CREATE TABLE analytics.experiment_click (
  customer_key text NOT NULL,
  experiment text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (customer_key, experiment)
);
-- What came of products of a mixed list, each credited to the side that drafted it. kind: 0 click, 1 put into the cart, 2 ordered.
CREATE TABLE analytics.experiment_credit (
  customer_key text NOT NULL,
  experiment text NOT NULL,
  list text NOT NULL,
  kind smallint NOT NULL,
  product_id text NOT NULL,
  side text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (customer_key, experiment, list, kind, product_id)
);
CREATE INDEX experiment_credit_by_experiment ON analytics.experiment_credit (experiment);
-- Orders (kind 0) and refunds (kind 1) by person and moment; revenue in the shop's currency, 0 in any other.
CREATE TABLE analytics.customer_outcome (
  customer_key text NOT NULL,
  message_id text NOT NULL,
  kind smallint NOT NULL,
  at timestamptz NOT NULL,
  revenue_minor bigint NOT NULL,
  PRIMARY KEY (customer_key, message_id)
);
CREATE INDEX customer_outcome_by_time ON analytics.customer_outcome (at) INCLUDE (customer_key, kind, revenue_minor);
