-- The log: append-only, the only thing that subgraphs share. The key holds the distribution column from the first day,
-- so that the same statements work on Citus.
CREATE SCHEMA events;

CREATE TABLE events.log (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  customer_key text NOT NULL,
  message_id text NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  user_id text,
  anonymous_id text,
  source text NOT NULL,
  properties jsonb NOT NULL,
  context jsonb NOT NULL,
  PRIMARY KEY (customer_key, message_id)
);
CREATE INDEX log_by_seq ON events.log (seq);
CREATE INDEX log_by_time ON events.log (occurred_at);

-- Events that were refused, with the reason, so that nothing is lost. `position` is the line of a file or the place in a batch.
CREATE TABLE events.quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Digest of source, place and raw text: the same refused row is kept once however often it is sent.
  fingerprint text NOT NULL UNIQUE,
  source text NOT NULL,
  position bigint,
  code text NOT NULL,
  path text,
  message text NOT NULL,
  raw jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);

-- The shop's settings: one row.
CREATE TABLE events.shop (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  name text NOT NULL DEFAULT 'My shop',
  currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL DEFAULT 'UTC',
  clock text NOT NULL DEFAULT 'auto' CHECK (clock IN ('auto', 'now', 'latest_event')),
  demo boolean NOT NULL DEFAULT false,
  attribution text
);
INSERT INTO events.shop DEFAULT VALUES;

-- The clock that models, presets and "today" go by. `auto` goes by the latest event when that is more than 7 days old.
CREATE FUNCTION events.as_of() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN s.clock = 'now' OR l.latest IS NULL THEN now()
    WHEN s.clock = 'latest_event' THEN l.latest
    WHEN l.latest < now() - interval '7 days' THEN l.latest
    ELSE now()
  END
  FROM events.shop s, (SELECT max(occurred_at) AS latest FROM events.log) l
$$;

-- The one way into the log. An append takes a shared advisory lock before its first number and holds it until its commit is
-- visible: that is how `safe_seq` knows what is still in flight. It does not NOTIFY: that would make commits take turns, where
-- otherwise one flush of the disk serves many. Whoever appends wakes the readers afterwards.
CREATE FUNCTION events.append(batch json) RETURNS TABLE (customer_key text, message_id text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF json_array_length(batch) > 10000 THEN
    RAISE EXCEPTION 'events.append takes at most 10000 events at once' USING ERRCODE = '54000';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301001);
  RETURN QUERY
    INSERT INTO events.log AS l
      (customer_key, message_id, type, name, occurred_at, received_at, user_id, anonymous_id, source, properties, context)
    SELECT DISTINCT ON (b.customer_key, b.message_id)
      b.customer_key, b.message_id, b.type, b.name, b.occurred_at, b.received_at, b.user_id, b.anonymous_id, b.source,
      b.properties, b.context
    FROM json_to_recordset(batch) AS b (
      customer_key text, message_id text, type text, name text, occurred_at timestamptz, received_at timestamptz,
      user_id text, anonymous_id text, source text, properties jsonb, context jsonb)
    -- Sorted ids: two batches that share some wait for each other instead of deadlocking.
    ORDER BY b.customer_key, b.message_id
    ON CONFLICT DO NOTHING
    RETURNING l.customer_key, l.message_id;
END
$$;

-- A number up to which the log is final. Whoever may still commit a number up to the one read first holds the lock already:
-- it waits for just those transactions, and keeps no new append waiting. Fails with lock_not_available (55P03) where one of
-- them holds on for too long; the caller tries again later.
CREATE FUNCTION events.safe_seq() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  horizon bigint;
  in_flight text[];
  deadline timestamptz := clock_timestamp() + interval '500 milliseconds';
BEGIN
  SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO horizon FROM events.log_seq_seq;
  SELECT array_agg(virtualtransaction) INTO in_flight FROM pg_locks
  WHERE locktype = 'advisory' AND objid = 7301001 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  WHILE EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7301001 AND virtualtransaction = ANY (in_flight)
  ) LOOP
    IF clock_timestamp() > deadline THEN
      RAISE EXCEPTION 'an append has not ended within 500 ms' USING ERRCODE = 'lock_not_available';
    END IF;
    PERFORM pg_sleep(0.002);
  END LOOP;
  RETURN horizon;
END
$$;

REVOKE ALL ON FUNCTION events.append(json) FROM PUBLIC;
REVOKE ALL ON FUNCTION events.safe_seq() FROM PUBLIC;
GRANT USAGE ON SCHEMA events TO cda_users, cda_products, cda_recommendations, cda_analytics, cda_jobs;
GRANT SELECT ON events.log, events.shop TO cda_users, cda_products, cda_recommendations, cda_analytics, cda_jobs;
GRANT EXECUTE ON FUNCTION events.safe_seq() TO cda_users, cda_products, cda_recommendations, cda_analytics;
-- Ingest belongs to analytics.
GRANT EXECUTE ON FUNCTION events.append(json) TO cda_analytics;
GRANT SELECT, INSERT, UPDATE, DELETE ON events.quarantine TO cda_analytics;
GRANT UPDATE ON events.shop TO cda_analytics;
