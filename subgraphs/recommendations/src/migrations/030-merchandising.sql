-- What the shop wants of its lists. Part of the installation, not of the log: a replay leaves it alone.
CREATE TABLE recommendations.merchandising_rule (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  -- Where it holds; empty for everywhere.
  placements text[] NOT NULL,
  match jsonb NOT NULL,
  action jsonb NOT NULL,
  -- Larger first.
  priority integer NOT NULL,
  enabled boolean NOT NULL,
  starts_at timestamptz,
  ends_at timestamptz,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);
