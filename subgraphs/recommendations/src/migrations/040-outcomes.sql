-- What came of the lists that were served, by the day, place and pipeline that stand in a list's id. Position 0 is the list itself,
-- or a place that was not told.
CREATE TABLE recommendations.outcome (
  day date NOT NULL,
  placement text NOT NULL,
  pipeline text NOT NULL,
  version integer NOT NULL,
  position integer NOT NULL,
  lists bigint NOT NULL,
  impressions bigint NOT NULL,
  clicks bigint NOT NULL,
  adds bigint NOT NULL,
  order_lines bigint NOT NULL,
  revenue_minor bigint NOT NULL,
  PRIMARY KEY (day, placement, pipeline, version, position)
);
