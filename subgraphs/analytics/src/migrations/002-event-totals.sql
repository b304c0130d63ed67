-- What has arrived, by day of the shop's calendar, name and way in: tells whether the read models have seen it.
CREATE TABLE analytics.event_day (
  day date NOT NULL,
  name text NOT NULL,
  source text NOT NULL,
  currency text NOT NULL,
  events bigint NOT NULL,
  orders bigint NOT NULL,
  revenue_minor bigint NOT NULL,
  PRIMARY KEY (day, name, source, currency)
);
