import type { Pool } from 'pg';
import { projections } from '../projections/index.ts';
import type { RunRow } from '../resolvers/model-row.ts';

/** Number of the log up to which every read model of this subgraph has counted the events in. */
export async function loadHorizon(db: Pool): Promise<number> {
  const { rows } = await db.query<{ seq: number | null }>(
    'SELECT min(seq) AS seq FROM analytics.projection_cursor WHERE name = ANY ($1)',
    [projections.map(({ name }) => name)],
  );
  return rows[0]?.seq ?? 0;
}

/** Changes with everything that figures are made of: what is counted in, who is who, and the day. */
export async function loadFiguresVersion(db: Pool, today: string): Promise<string> {
  const { rows } = await db.query<{ version: string | null }>(
    "SELECT string_agg(concat(name, seq, updated_at), ' ' ORDER BY name) AS version FROM analytics.projection_cursor",
  );
  return `${today} ${rows[0]?.version}`;
}

/** The latest run of each model, by name; of all models where none is named. */
export async function loadRunsInProgress(db: Pool, models: readonly string[] | undefined): Promise<RunRow[]> {
  const { rows } = await db.query<RunRow>(
    `SELECT DISTINCT ON (model) * FROM registry.training_run WHERE $1::text[] IS NULL OR model = ANY ($1)
     ORDER BY model, queued_at DESC`,
    [models ?? null],
  );
  return rows;
}
