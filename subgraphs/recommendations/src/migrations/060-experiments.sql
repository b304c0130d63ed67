-- Experiments about lists, as their latest revision in the log tells them.
CREATE TABLE recommendations.experiment (
  experiment text PRIMARY KEY,
  revision integer NOT NULL,
  state jsonb NOT NULL
);
-- Who was shown a list of which variant, first and last: they go on with what they met first, whichever of their keys it was.
CREATE TABLE recommendations.experiment_exposure (
  customer_key text NOT NULL,
  experiment text NOT NULL,
  variant text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (customer_key, experiment, variant)
);
