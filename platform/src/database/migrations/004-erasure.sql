-- Erasing a person: what was asked and done, and what keeps the person from coming back.
CREATE TABLE events.erasure (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  mode text NOT NULL CHECK (mode IN ('WIPE', 'KEEP_TOTALS')),
  afterwards text NOT NULL CHECK (afterwards IN ('REFUSE', 'NEW_CUSTOMER')),
  by_whom text NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  people integer NOT NULL,
  -- Whom it is about, as long as it is under way; nothing names the person afterwards.
  keys text[],
  persons integer[],
  -- Rows by place.
  counts jsonb
);

-- Keys of the erased, as digests that nobody can search by trying who does not hold the installation's secret. It comes with the
-- connections that need it (`cda.erasure_key`) and stands in no table and no dump.
CREATE TABLE events.tombstone (
  digest bytea PRIMARY KEY,
  erasure_id uuid NOT NULL REFERENCES events.erasure,
  -- Whether later events of this key are refused too, or only those from before the erasure.
  refuse_later boolean NOT NULL,
  erased_at timestamptz NOT NULL
);
CREATE INDEX tombstone_by_erasure ON events.tombstone (erasure_id);

-- Digest of a key: sha256 twice with the secret in front, so that nothing can be appended to a known one.
CREATE FUNCTION events.key_digest(key text) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
DECLARE
  secret text := pg_catalog.current_setting('cda.erasure_key', true);
BEGIN
  IF pg_catalog.length(secret) = 64 THEN
    RETURN pg_catalog.sha256(pg_catalog.decode(secret, 'hex')
      OPERATOR(pg_catalog.||) pg_catalog.sha256(pg_catalog.decode(secret, 'hex') OPERATOR(pg_catalog.||) pg_catalog.convert_to(key, 'UTF8')));
  END IF;
  RAISE EXCEPTION 'this connection does not carry the key of erasures' USING ERRCODE = '28000';
END
$$;
REVOKE ALL ON FUNCTION events.key_digest(text) FROM PUBLIC;

-- Whether an event of this key and time is one that must not come back.
CREATE FUNCTION events.is_erased(key text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
  SELECT EXISTS (
    SELECT FROM events.tombstone t WHERE t.digest = events.key_digest(key) AND (t.refuse_later OR at <= t.erased_at))
$$;
REVOKE ALL ON FUNCTION events.is_erased(text, timestamptz) FROM PUBLIC;

-- The one way into the log, as before; events of the erased are told apart and not stored. Where nobody was ever erased it costs
-- one look at an empty table, otherwise a digest for each different key. An event of somebody else that names an erased device is stored without it.
DROP FUNCTION events.append(json);
CREATE FUNCTION events.append(batch json) RETURNS TABLE (customer_key text, message_id text, erased boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  anybody boolean := false;
BEGIN
  IF json_array_length(batch) > 10000 THEN
    RAISE EXCEPTION 'events.append takes at most 10000 events at once' USING ERRCODE = '54000';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301001);
  IF EXISTS (SELECT FROM events.tombstone) THEN
    -- One digest for each different key; almost never is one of them erased.
    SELECT EXISTS (
      SELECT FROM (
        SELECT DISTINCT k.key FROM json_to_recordset(batch) AS b (customer_key text, anonymous_id text, type text, properties json),
          LATERAL (VALUES (b.customer_key), ('a:' || b.anonymous_id),
            (CASE b.type WHEN 'alias' THEN 'a:' || (b.properties->>'previous_id') END)) AS k (key)
        WHERE k.key IS NOT NULL) named
      JOIN events.tombstone t ON t.digest = events.key_digest(named.key)) INTO anybody;
  END IF;
  IF anybody THEN
    RETURN QUERY
      SELECT e->>'customer_key', e->>'message_id', true FROM json_array_elements(batch) AS e
      WHERE events.is_erased(e->>'customer_key', (e->>'occurred_at')::timestamptz);
    SELECT coalesce(json_agg(CASE
        WHEN o.anonymous OR o.previous THEN (
          CASE WHEN o.anonymous THEN e::jsonb || '{"anonymous_id": null}' ELSE e::jsonb END
            #- CASE WHEN o.previous THEN '{properties,previous_id}' ELSE '{}' END::text[])::json
        ELSE e END), '[]')
      INTO batch
      FROM json_array_elements(batch) AS e, LATERAL (
        SELECT coalesce(events.is_erased('a:' || (e->>'anonymous_id'), (e->>'occurred_at')::timestamptz), false) AS anonymous,
          coalesce(e->>'type' = 'alias'
            AND events.is_erased('a:' || (e#>>'{properties,previous_id}'), (e->>'occurred_at')::timestamptz), false) AS previous
        OFFSET 0) o
      WHERE NOT events.is_erased(e->>'customer_key', (e->>'occurred_at')::timestamptz);
  END IF;
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
    RETURNING l.customer_key, l.message_id, false;
END
$$;
REVOKE ALL ON FUNCTION events.append(json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.append(json) TO cda_analytics;

-- A refused event of somebody who was erased is not kept either: whichever field names him at the top of what was sent.
CREATE FUNCTION events.keep_erased_out() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF jsonb_typeof(NEW.raw) = 'object' AND EXISTS (SELECT FROM events.tombstone) AND EXISTS (
    SELECT FROM jsonb_each(NEW.raw) AS f, LATERAL (SELECT f.value #>> '{}' AS text) v
    WHERE jsonb_typeof(f.value) IN ('string', 'number') AND length(v.text) BETWEEN 1 AND 200
      AND (events.is_erased('u:' || v.text, now()) OR events.is_erased('a:' || v.text, now())))
  THEN RETURN NULL; END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION events.keep_erased_out() FROM PUBLIC;
CREATE TRIGGER keep_erased_out BEFORE INSERT ON events.quarantine FOR EACH ROW EXECUTE FUNCTION events.keep_erased_out();

-- Columns of the subgraphs' own tables that hold keys of customers: every text column whose name ends in `_key`.
CREATE FUNCTION events.customer_key_columns() RETURNS TABLE (place text, col text) LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
  SELECT format('%I.%I', c.table_schema, c.table_name), quote_ident(c.column_name)
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema IN ('users', 'products', 'recommendations', 'analytics') AND t.table_type = 'BASE TABLE'
    AND c.data_type = 'text' AND c.column_name LIKE '%\_key' AND c.is_generated = 'NEVER'
  ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION events.customer_key_columns() FROM PUBLIC;

-- Begins an erasure: from its commit on nothing of these keys comes in any more. `persons` tells which keys are one person.
CREATE FUNCTION events.begin_erasure(all_keys text[], of_persons integer[], how text, later text, asked_by text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  receipt uuid;
BEGIN
  IF EXISTS (SELECT FROM unnest(all_keys) AS k (key) WHERE key !~ '^[ua]:.') THEN
    RAISE EXCEPTION 'an erasure names a key that is no customer''s' USING ERRCODE = '22023';
  END IF;
  -- Whoever appends now ends first; whoever comes later finds the tombstones.
  PERFORM pg_advisory_xact_lock(7301001);
  INSERT INTO events.erasure (mode, afterwards, by_whom, people, keys, persons)
  SELECT how, later, asked_by, count(DISTINCT p.person), all_keys, of_persons FROM unnest(of_persons) AS p (person)
  RETURNING id INTO receipt;
  INSERT INTO events.tombstone (digest, erasure_id, refuse_later, erased_at)
  SELECT DISTINCT ON (1) events.key_digest(k.key), receipt, later = 'REFUSE', clock_timestamp() FROM unnest(all_keys) AS k (key)
  ON CONFLICT (digest) DO UPDATE SET erasure_id = EXCLUDED.erasure_id, refuse_later = EXCLUDED.refuse_later,
    erased_at = EXCLUDED.erased_at;
  RETURN receipt;
END
$$;

-- What stays of an event's properties when totals are kept: products, quantities, amounts. Names of orders become digests.
CREATE FUNCTION events.without_person(event text, properties jsonb, salt text) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
  SELECT coalesce(jsonb_object_agg(p.key, CASE p.key
    WHEN 'order_id' THEN to_jsonb('erased-' || left(encode(sha256(convert_to(salt || (p.value #>> '{}'), 'UTF8')), 'hex'), 24))
    WHEN 'products' THEN (
      SELECT coalesce(jsonb_agg((
        SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM jsonb_each(CASE jsonb_typeof(line) WHEN 'object' THEN line ELSE '{}' END) f
        WHERE f.key IN ('product_id', 'sku', 'name', 'category', 'brand', 'price_minor', 'quantity', 'position'))), '[]')
      FROM jsonb_array_elements(CASE jsonb_typeof(p.value) WHEN 'array' THEN p.value ELSE '[]' END) AS line)
    ELSE p.value END), '{}')
  FROM jsonb_each(properties) AS p
  WHERE p.key IN ('order_id', 'products', 'currency')
    OR (p.key LIKE '%\_minor' AND jsonb_typeof(p.value) = 'number')
    OR ((event LIKE 'Product %' OR event LIKE 'Wishlist Product %')
      AND p.key IN ('product_id', 'sku', 'name', 'category', 'brand', 'quantity', 'position', 'rating'))
$$;
REVOKE ALL ON FUNCTION events.without_person(text, jsonb, text) FROM PUBLIC;

-- A value with whatever the pattern finds in its texts struck out; numbers stay, so that it means the same to every reader.
CREATE FUNCTION events.redact(value jsonb, pattern text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog AS $$
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'string' THEN RETURN to_jsonb(regexp_replace(value #>> '{}', pattern, 'erased', 'gi'));
    WHEN 'object' THEN RETURN (
      SELECT coalesce(jsonb_object_agg(regexp_replace(f.key, pattern, 'erased', 'gi'), events.redact(f.value, pattern)), '{}')
      FROM jsonb_each(value) AS f);
    WHEN 'array' THEN RETURN (
      SELECT coalesce(jsonb_agg(events.redact(e.value, pattern) ORDER BY e.place), '[]')
      FROM jsonb_array_elements(value) WITH ORDINALITY AS e (value, place));
    ELSE RETURN value;
  END CASE;
END
$$;
REVOKE ALL ON FUNCTION events.redact(jsonb, text) FROM PUBLIC;

-- Carries an erasure out, whole or not at all, and tells the rows by place. Cost: one scan of the log that holds nobody up, then
-- deletions by key while appends and projectors wait; afterwards every projection is folded anew from the log that is left.
CREATE FUNCTION events.finish_erasure(receipt uuid) RETURNS jsonb LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  job events.erasure;
  all_keys text[];
  of_persons integer[];
  devices text[];
  foreign_devices text[];
  pseudonyms text[];
  salt text := gen_random_uuid()::text || gen_random_uuid()::text;
  addresses text[];
  mails text[];
  numbers text[];
  names text[];
  ids text[];
  mentioning_keys text[];
  mentioning_ids text[];
  place record;
  schema_name text;
  touched bigint[];
  gone bigint;
  tally jsonb := '{}';
  pattern text;
BEGIN
  SELECT e.* INTO job FROM events.erasure e WHERE e.id = receipt FOR UPDATE;
  IF job.id IS NULL OR job.finished_at IS NOT NULL THEN RETURN job.counts; END IF;
  all_keys := job.keys;
  of_persons := job.persons;

  -- Devices that were seen with this person and with nobody else are this person too, however many they are.
  SELECT array_agg(DISTINCT seen.device) INTO devices FROM (
    SELECT anonymous_id AS device FROM events.log WHERE customer_key = ANY (all_keys)
    UNION SELECT properties->>'previous_id' FROM events.log WHERE customer_key = ANY (all_keys) AND type = 'alias') seen
  WHERE seen.device !~* '^(?:[0-]*|-1|null|anonymous|undefined)$' AND NOT 'a:' || seen.device = ANY (all_keys);
  IF devices IS NOT NULL THEN
    SELECT array_agg(DISTINCT other.device) INTO foreign_devices FROM (
      SELECT anonymous_id AS device FROM events.log
      WHERE anonymous_id = ANY (devices) AND left(customer_key, 2) = 'u:' AND NOT customer_key = ANY (all_keys)
      UNION SELECT properties->>'previous_id' FROM events.log
      WHERE type = 'alias' AND properties->>'previous_id' = ANY (devices) AND NOT customer_key = ANY (all_keys)) other;
    SELECT all_keys || coalesce(array_agg('a:' || d.device ORDER BY d.device), '{}'),
      of_persons || coalesce(array_agg(d.person ORDER BY d.device), '{}')
    INTO all_keys, of_persons FROM (
      SELECT seen.device, min(k.person) AS person
      FROM unnest(job.keys, job.persons) AS k (key, person), LATERAL (
        SELECT anonymous_id AS device FROM events.log WHERE customer_key = k.key
        UNION SELECT properties->>'previous_id' FROM events.log WHERE customer_key = k.key AND type = 'alias') seen
      WHERE seen.device = ANY (devices) AND NOT seen.device = ANY (coalesce(foreign_devices, '{}'))
      GROUP BY 1) d;
  END IF;
  -- A device that two people shared who are erased together goes with the first.
  SELECT array_agg(substr(k.key, 3)) INTO ids FROM unnest(all_keys) AS k (key);
  SELECT array_agg(substr(k.key, 3)) INTO devices FROM unnest(all_keys) AS k (key) WHERE left(k.key, 2) = 'a:';

  -- What the shop said of them, to find them where they are only mentioned.
  SELECT array_agg(DISTINCT said.value) FILTER (WHERE said.value LIKE '%_@_%' OR said.value ~ '^[+(0-9][-+() 0-9]{6,}$'),
    array_agg(DISTINCT said.value) FILTER (WHERE length(said.value) > 7)
  INTO addresses, names FROM (
    SELECT trim(f.value) AS value FROM events.log l, LATERAL (
      VALUES (l.properties->>'email'), (l.properties->>'phone'), (l.properties->>'name'),
        (concat_ws(' ', l.properties->>'firstName', l.properties->>'lastName'))) AS f (value)
    WHERE l.customer_key = ANY (all_keys) AND l.type = 'identify') said;
  SELECT array_agg(lower(a.address)) FILTER (WHERE a.address LIKE '%@%'),
    array_agg(regexp_replace(a.address, '[^0-9]', '', 'g')) FILTER (WHERE a.address NOT LIKE '%@%'),
    -- As a pattern that finds them in a text.
    string_agg(regexp_replace(a.address, '([^[:alnum:]@_ -])', '\\\1', 'g'), '|')
  INTO mails, numbers, pattern FROM unnest(addresses) AS a (address);

  -- The scan for other people's events that mention them. Words that look like an address are taken out and looked up, so that a
  -- hundred people cost as much as one.
  SELECT array_agg(l.customer_key), array_agg(l.message_id) INTO mentioning_keys, mentioning_ids
  FROM events.log l, LATERAL (SELECT l.properties::text || l.context::text AS words OFFSET 0) t
  WHERE NOT l.customer_key = ANY (all_keys) AND left(l.customer_key, 2) <> 'i:' AND (
    l.anonymous_id = ANY (devices) OR (l.type = 'alias' AND l.properties->>'previous_id' = ANY (devices))
    OR (mails IS NOT NULL AND strpos(t.words, '@') > 0 AND EXISTS (
      SELECT FROM regexp_matches(t.words, '[^[:space:]"<>(),;:]+@[^[:space:]"<>(),;:\\]+', 'g') AS m (word)
      WHERE lower(rtrim(m.word[1], '.')) = ANY (mails)))
    OR (numbers IS NOT NULL AND EXISTS (
      SELECT FROM regexp_matches(t.words, '[0-9][-() 0-9]{5,}[0-9]', 'g') AS m (word)
      WHERE regexp_replace(m.word[1], '[^0-9]', '', 'g') = ANY (numbers))));

  -- From here on nobody saves scores that were computed with the person (platform/src/models/train.ts), nobody folds, nobody appends.
  PERFORM pg_advisory_xact_lock(7301003);
  FOREACH schema_name IN ARRAY ARRAY['users', 'products', 'recommendations', 'analytics'] LOOP
    EXECUTE format('SELECT FROM %I.projection_cursor ORDER BY name FOR UPDATE', schema_name);
  END LOOP;
  PERFORM pg_advisory_xact_lock(7301001);

  INSERT INTO events.tombstone (digest, erasure_id, refuse_later, erased_at)
  SELECT DISTINCT ON (1) events.key_digest(k.key), job.id, job.afterwards = 'REFUSE', clock_timestamp() FROM unnest(all_keys) AS k (key)
  ON CONFLICT (digest) DO UPDATE SET erasure_id = EXCLUDED.erasure_id, refuse_later = EXCLUDED.refuse_later;

  WITH said AS (
    DELETE FROM events.log l
    WHERE (l.customer_key = ANY (all_keys) AND (job.mode = 'WIPE' OR l.type IN ('identify', 'alias')))
      OR l.customer_key = ANY (SELECT 'i:' || k.key FROM unnest(all_keys) AS k (key))
      OR (starts_with(l.customer_key, 'i:') AND l.properties->>'into' = ANY (all_keys))
    RETURNING l.seq)
  SELECT count(*), array_agg(seq) INTO gone, touched FROM said;
  tally := tally || jsonb_build_object('events.log', gone);
  IF job.mode = 'KEEP_TOTALS' THEN
    SELECT array_agg('erased-' || gen_random_uuid()) INTO pseudonyms FROM generate_series(1, job.people);
    WITH said AS (
      UPDATE events.log l SET customer_key = 'u:' || pseudonyms[k.person], user_id = pseudonyms[k.person], anonymous_id = NULL,
        message_id = gen_random_uuid()::text, properties = events.without_person(l.name, l.properties, salt), context = '{}'
      FROM unnest(all_keys, of_persons) AS k (key, person) WHERE l.customer_key = k.key
      RETURNING l.seq)
    SELECT count(*), touched || array_agg(seq) INTO gone, touched FROM said;
    tally := tally || jsonb_build_object('events.log (made nobody''s)', gone);
  END IF;
  WITH said AS (
    UPDATE events.log l SET
      anonymous_id = CASE WHEN l.anonymous_id = ANY (devices) THEN NULL ELSE l.anonymous_id END,
      properties = CASE WHEN pattern IS NULL THEN l.properties ELSE events.redact(l.properties, pattern) END
        #- CASE WHEN l.type = 'alias' AND l.properties->>'previous_id' = ANY (devices) THEN '{previous_id}' ELSE '{}' END::text[],
      context = CASE WHEN pattern IS NULL THEN l.context ELSE events.redact(l.context, pattern) END
    FROM unnest(mentioning_keys, mentioning_ids) AS m (customer_key, message_id) WHERE l.customer_key = m.customer_key AND l.message_id = m.message_id
    RETURNING l.seq)
  SELECT count(*), touched || array_agg(seq) INTO gone, touched FROM said;
  tally := tally || jsonb_build_object('events.log (others'' events without the person)', gone);

  -- Refused events: ids of four characters and more wherever they stand, shorter ones where an id is what stands there.
  DELETE FROM events.quarantine q
  WHERE EXISTS (
      SELECT FROM jsonb_path_query(q.raw, 'strict $.**') AS v (value), LATERAL (SELECT v.value #>> '{}' AS text) t
      WHERE jsonb_typeof(v.value) IN ('string', 'number') AND length(t.text) > 3 AND t.text = ANY (ids))
    OR EXISTS (
      SELECT FROM jsonb_path_query(q.raw, 'strict $.** ? (@.type() == "object")') AS o (value), jsonb_each_text(o.value) AS f
      WHERE regexp_replace(lower(f.key), '[^a-z]', '', 'g') IN
          ('userid', 'anonymousid', 'previousid', 'customerid', 'customer', 'clientid', 'user', 'id')
        AND f.value = ANY (ids))
    OR EXISTS (
      SELECT FROM unnest(coalesce(addresses, '{}') || coalesce(names, '{}') || array(SELECT i FROM unnest(ids) AS u (i) WHERE length(i) > 7)) AS w (word)
      WHERE strpos(lower(q.raw::text), lower(w.word)) > 0 OR strpos(lower(q.message), lower(w.word)) > 0);
  GET DIAGNOSTICS gone = ROW_COUNT;
  tally := tally || jsonb_build_object('events.quarantine', gone);

  -- Everything that the subgraphs keep of them: projections, scores, histories.
  FOR place IN SELECT c.place, string_agg(format('%s = ANY ($1)', c.col), ' OR ') AS condition
    FROM events.customer_key_columns() c GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('DELETE FROM %s WHERE %s', place.place, place.condition) USING all_keys;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN tally := tally || jsonb_build_object(place.place, gone); END IF;
  END LOOP;
  -- A fitted model is not one person's, but what serving needs of it may name its customers: then it is fitted anew first.
  UPDATE registry.model_version v SET artefact = NULL
  WHERE EXISTS (SELECT FROM unnest(all_keys) AS k (key) WHERE strpos(v.artefact::text, to_json(k.key)::text) > 0);
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN tally := tally || jsonb_build_object('registry.model_version', gone); END IF;

  FOREACH schema_name IN ARRAY ARRAY['users', 'products', 'recommendations', 'analytics'] LOOP
    EXECUTE format('DELETE FROM %I.projection_fault WHERE seq = ANY ($1)', schema_name) USING touched;
    IF touched IS NOT NULL THEN EXECUTE format('UPDATE %I.projection_cursor SET rebuild = true', schema_name); END IF;
  END LOOP;
  UPDATE events.erasure e SET finished_at = clock_timestamp(), keys = NULL, persons = NULL, counts = tally
  WHERE e.id = job.id;
  PERFORM pg_notify('events', '');
  RETURN tally;
END
$$;

-- Looks for what an erasure should have removed: rows by place, none where it is all gone, and the subgraphs that still fold anew.
CREATE FUNCTION events.verify_erasure(receipt uuid) RETURNS jsonb LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  job events.erasure;
  place record;
  found bigint;
  waits boolean;
  schema_name text;
  tally jsonb := '{}';
  rebuilding text[] := '{}';
BEGIN
  SELECT e.* INTO job FROM events.erasure e WHERE e.id = receipt;
  IF job.id IS NULL THEN RETURN NULL; END IF;
  FOREACH schema_name IN ARRAY ARRAY['users', 'products', 'recommendations', 'analytics'] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.projection_cursor WHERE rebuild)', schema_name) INTO waits;
    IF waits THEN rebuilding := rebuilding || schema_name; END IF;
  END LOOP;
  SELECT coalesce(sum(k.rows), 0) INTO found FROM (
    SELECT l.key, count(*) AS rows, min(l.occurred_at) AS first FROM (
      SELECT customer_key AS key, occurred_at FROM events.log WHERE left(customer_key, 2) IN ('u:', 'a:')
      UNION ALL SELECT 'a:' || anonymous_id, occurred_at FROM events.log WHERE anonymous_id IS NOT NULL
      UNION ALL SELECT f.value, occurred_at FROM events.log, jsonb_each_text(properties) f WHERE starts_with(customer_key, 'i:')) l
    GROUP BY 1) k
  JOIN events.tombstone t ON t.digest = events.key_digest(k.key) AND t.erasure_id = job.id AND (t.refuse_later OR k.first <= t.erased_at);
  tally := tally || jsonb_build_object('events.log', found);
  FOR place IN SELECT * FROM events.customer_key_columns() LOOP
    EXECUTE format(
      'SELECT coalesce(sum(k.rows), 0) FROM (SELECT %s AS key, count(*) AS rows FROM %s WHERE %s IS NOT NULL GROUP BY 1) k
       JOIN events.tombstone t ON t.digest = events.key_digest(k.key) AND t.erasure_id = $1
       WHERE t.refuse_later OR NOT EXISTS (SELECT FROM events.log l WHERE l.customer_key = k.key AND l.occurred_at > t.erased_at)',
      place.col, place.place, place.col) INTO found USING job.id;
    IF found > 0 THEN
      tally := tally || jsonb_build_object(place.place, found + coalesce((tally->>place.place)::bigint, 0));
    END IF;
  END LOOP;
  RETURN jsonb_build_object('id', job.id, 'mode', job.mode, 'afterwards', job.afterwards, 'people', job.people,
    'begun_at', job.begun_at, 'finished_at', job.finished_at, 'counts', job.counts, 'found', tally, 'rebuilding', rebuilding);
END
$$;

-- Everything that is kept of these keys, by place. Cost: two scans of the quarantine, the rest by key.
CREATE FUNCTION events.export_customer(all_keys text[]) RETURNS jsonb LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  place record;
  rows jsonb;
  answer jsonb := '{}';
BEGIN
  SELECT coalesce(jsonb_agg(to_jsonb(l) - 'seq' ORDER BY l.occurred_at, l.message_id), '[]') INTO rows
  FROM events.log l WHERE l.customer_key = ANY (all_keys || ARRAY(SELECT 'i:' || k.key FROM unnest(all_keys) AS k (key)));
  answer := answer || jsonb_build_object('events.log', rows);
  SELECT coalesce(jsonb_agg(to_jsonb(q) - 'fingerprint' ORDER BY q.id), '[]') INTO rows FROM events.quarantine q
  WHERE q.raw->>'userId' = ANY (SELECT substr(k.key, 3) FROM unnest(all_keys) AS k (key) WHERE left(k.key, 2) = 'u:')
    OR q.raw->>'anonymousId' = ANY (SELECT substr(k.key, 3) FROM unnest(all_keys) AS k (key) WHERE left(k.key, 2) = 'a:');
  answer := answer || jsonb_build_object('events.quarantine', rows);
  FOR place IN SELECT c.place, string_agg(format('%s = ANY ($1)', c.col), ' OR ') AS condition
    FROM events.customer_key_columns() c GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('SELECT jsonb_agg(to_jsonb(t) ORDER BY t::text) FROM %s t WHERE %s', place.place, place.condition)
      INTO rows USING all_keys;
    IF rows IS NOT NULL THEN answer := answer || jsonb_build_object(place.place, rows); END IF;
  END LOOP;
  RETURN answer;
END
$$;

-- Erasures that were begun and not carried out, because a process ended in between.
CREATE FUNCTION events.open_erasures() RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT id FROM events.erasure WHERE finished_at IS NULL ORDER BY begun_at
$$;

-- How many erasures were carried out: whoever computes from the tables for a while can see that people went meanwhile.
CREATE FUNCTION events.erasures() RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT count(*) FROM events.erasure WHERE finished_at IS NOT NULL
$$;
REVOKE ALL ON FUNCTION events.erasures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.erasures() TO cda_users, cda_products, cda_recommendations, cda_analytics;

REVOKE ALL ON FUNCTION events.begin_erasure(text[], integer[], text, text, text), events.finish_erasure(uuid),
  events.verify_erasure(uuid), events.export_customer(text[]), events.open_erasures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.begin_erasure(text[], integer[], text, text, text), events.finish_erasure(uuid),
  events.verify_erasure(uuid), events.export_customer(text[]), events.open_erasures() TO cda_users;
-- Who and what it was about is nobody's to read, only that it was.
GRANT SELECT (id, mode, afterwards, by_whom, begun_at, finished_at, people, counts) ON events.erasure TO cda_users;
