import type { SubgraphName } from '../graph/type-defs.ts';

/** The floor of a subgraph's own schema: the cursors of its projections, and the events that one of them could not take. */
export const subgraphSchemaSql = (name: SubgraphName): string => `
CREATE SCHEMA IF NOT EXISTS ${name} AUTHORIZATION cda_${name};
CREATE TABLE IF NOT EXISTS ${name}.projection_cursor (
  name text PRIMARY KEY,
  version integer NOT NULL,
  seq bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- Set where the log was rewritten beneath: the projection then begins again from zero.
ALTER TABLE ${name}.projection_cursor ADD COLUMN IF NOT EXISTS rebuild boolean NOT NULL DEFAULT false;
CREATE TABLE IF NOT EXISTS ${name}.projection_fault (
  name text NOT NULL,
  seq bigint NOT NULL,
  error text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, seq)
);
ALTER TABLE ${name}.projection_cursor OWNER TO cda_${name};
ALTER TABLE ${name}.projection_fault OWNER TO cda_${name};
`;
