-- Segments that people describe by a rule. Who is in one is asked of the tables each time: nothing is kept of it.
CREATE TABLE users.rule_segment (
  id uuid PRIMARY KEY,
  name text NOT NULL CONSTRAINT rule_segment_name_unique UNIQUE,
  rule jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
