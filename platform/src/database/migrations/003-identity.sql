-- What people say about customers that are one stands in the log like everything else, under keys that no sender can use, so that
-- a replay gives it back. It is no event of the shop: the clock does not go by it.
CREATE OR REPLACE FUNCTION events.as_of() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN s.clock = 'now' OR l.latest IS NULL THEN now()
    WHEN s.clock = 'latest_event' THEN l.latest
    WHEN l.latest < now() - interval '7 days' THEN l.latest
    ELSE now()
  END
  FROM events.shop s, (SELECT max(occurred_at) AS latest FROM events.log WHERE NOT starts_with(customer_key, 'i:')) l
$$;

-- Says that customers are one (undone = false), or takes that back. Each of `froms` is merged into `into_key` under the id beside it.
CREATE FUNCTION events.state_merges(merge_ids text[], froms text[], intos text[], undone boolean, by_whom text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF array_length(merge_ids, 1) > 1000 THEN
    RAISE EXCEPTION 'events.state_merges takes at most 1000 merges at once' USING ERRCODE = '54000';
  END IF;
  IF EXISTS (SELECT FROM unnest(froms || intos) AS k (key) WHERE key !~ '^[ua]:.' OR length(key) > 202) THEN
    RAISE EXCEPTION 'a merge names a key that is no customer''s' USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301001);
  IF NOT undone AND EXISTS (SELECT FROM events.tombstone)
    AND EXISTS (SELECT FROM unnest(froms || intos) AS k (key) WHERE events.is_erased(key, now()))
  THEN
    RAISE EXCEPTION 'a merge names a customer who was erased' USING ERRCODE = '22023';
  END IF;
  INSERT INTO events.log
    (customer_key, message_id, type, name, occurred_at, received_at, source, properties, context)
  SELECT 'i:' || m.from_key, m.merge_id || CASE WHEN undone THEN '.undone' ELSE '' END, 'track',
    CASE WHEN undone THEN 'Customers Unmerged' ELSE 'Customers Merged' END, now(), now(), 'graph',
    jsonb_build_object('merge_id', m.merge_id, 'from', m.from_key, 'into', m.into_key, 'by', by_whom), '{}'
  FROM unnest(merge_ids, froms, intos) AS m (merge_id, from_key, into_key)
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  PERFORM pg_notify('events', '');
END
$$;
REVOKE ALL ON FUNCTION events.state_merges(text[], text[], text[], boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.state_merges(text[], text[], text[], boolean, text) TO cda_users;
