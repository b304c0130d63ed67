-- What the coming days are expected to bring, by the served forecast.
CREATE TABLE analytics.forecast (
  metric text NOT NULL,
  day date NOT NULL,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  confidence double precision NOT NULL,
  expected double precision NOT NULL,
  low double precision NOT NULL,
  high double precision NOT NULL,
  reasons jsonb NOT NULL,
  PRIMARY KEY (metric, day)
);
