-- The model registry: every version of every model, and every run of a fit. All subgraphs read it; each writes its own rows.
CREATE SCHEMA registry;

CREATE TABLE registry.model_version (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  subgraph text NOT NULL,
  model text NOT NULL,
  version integer NOT NULL,
  status text NOT NULL CHECK (status IN ('SERVED', 'SUPERSEDED', 'BELOW_BASELINE')),
  as_of timestamptz NOT NULL,
  trained_at timestamptz NOT NULL DEFAULT now(),
  duration_ms integer NOT NULL,
  rows bigint NOT NULL,
  seed integer NOT NULL,
  parameters jsonb NOT NULL,
  metrics jsonb NOT NULL,
  primary_metric text NOT NULL,
  value double precision NOT NULL,
  baseline_name text NOT NULL,
  baseline double precision NOT NULL,
  higher_is_better boolean NOT NULL,
  -- What serving needs beyond the scores' tables, in the model's own form.
  artefact jsonb,
  UNIQUE (model, version)
);
-- Readers see one served version of a model at any time.
CREATE UNIQUE INDEX model_version_served ON registry.model_version (model) WHERE status = 'SERVED';

CREATE TABLE registry.training_run (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  subgraph text NOT NULL,
  model text NOT NULL,
  status text NOT NULL DEFAULT 'QUEUED'
    CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'NOT_ENOUGH_DATA', 'FAILED')),
  progress double precision NOT NULL DEFAULT 0,
  message jsonb,
  queued_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
-- One fit of a model at a time.
CREATE UNIQUE INDEX training_run_open ON registry.training_run (model) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX training_run_by_model ON registry.training_run (model, queued_at DESC);

GRANT USAGE ON SCHEMA registry TO cda_users, cda_products, cda_recommendations, cda_analytics, cda_jobs;
GRANT SELECT, INSERT, UPDATE ON registry.model_version, registry.training_run
  TO cda_users, cda_products, cda_recommendations, cda_analytics;
GRANT SELECT, INSERT, UPDATE ON registry.training_run TO cda_jobs;

ALTER TABLE registry.model_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON registry.model_version FOR SELECT USING (true);
CREATE POLICY write_own ON registry.model_version FOR INSERT WITH CHECK (current_user = 'cda_' || subgraph);
CREATE POLICY change_own ON registry.model_version FOR UPDATE
  USING (current_user = 'cda_' || subgraph) WITH CHECK (current_user = 'cda_' || subgraph);
ALTER TABLE registry.training_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON registry.training_run FOR SELECT USING (true);
CREATE POLICY write_own ON registry.training_run FOR INSERT
  WITH CHECK (current_user IN ('cda_' || subgraph, 'cda_jobs'));
CREATE POLICY change_own ON registry.training_run FOR UPDATE
  USING (current_user IN ('cda_' || subgraph, 'cda_jobs')) WITH CHECK (current_user IN ('cda_' || subgraph, 'cda_jobs'));

-- Queues a fit in the caller's transaction: the run that the graph shows and the job that does it, or neither.
CREATE FUNCTION registry.enqueue_training(model_name text) RETURNS uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  run uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('enqueue:' || model_name));
  SELECT id INTO run FROM registry.training_run WHERE model = model_name AND status IN ('QUEUED', 'RUNNING');
  IF run IS NULL THEN
    INSERT INTO registry.training_run (subgraph, model) VALUES (split_part(model_name, '.', 1), model_name)
    RETURNING id INTO run;
    PERFORM graphile_worker.add_job(
      'train:' || split_part(model_name, '.', 1),
      json_build_object('runId', run, 'model', model_name),
      max_attempts => 3);
  END IF;
  RETURN run;
END
$$;

-- After a worker died its jobs are locked and its runs look alive: hands both back. Called by a worker before it begins.
CREATE FUNCTION registry.recover_jobs() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE registry.training_run SET status = 'QUEUED', started_at = NULL, progress = 0 WHERE status = 'RUNNING';
  PERFORM graphile_worker.force_unlock_workers(
    (SELECT array_agg(DISTINCT locked_by) FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL));
END
$$;
GRANT CREATE ON SCHEMA registry TO cda_jobs;
ALTER FUNCTION registry.enqueue_training(text) OWNER TO cda_jobs;
ALTER FUNCTION registry.recover_jobs() OWNER TO cda_jobs;
REVOKE CREATE ON SCHEMA registry FROM cda_jobs;
REVOKE ALL ON FUNCTION registry.enqueue_training(text), registry.recover_jobs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.enqueue_training(text)
  TO cda_users, cda_products, cda_recommendations, cda_analytics, cda_jobs;
GRANT EXECUTE ON FUNCTION registry.recover_jobs() TO cda_jobs;
