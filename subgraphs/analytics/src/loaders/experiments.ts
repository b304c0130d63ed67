import { type ExperimentState, experimentLogKey, experimentState } from '@cda/platform/experiments/experiment.ts';
import type { Pool } from 'pg';

/** An experiment as its latest revision tells. */
export type ExperimentRow = ExperimentState;

const listed = 500;

/** Experiments as they are projected, in the order of their keys; null where there is none. One statement. */
export async function loadExperiments(db: Pool, keys: readonly string[]): Promise<(ExperimentRow | null)[]> {
  const { rows } = await db.query<{ state: unknown }>(
    'SELECT state FROM analytics.experiment WHERE experiment = ANY ($1)',
    [keys],
  );
  const byKey = new Map(rows.map(({ state }) => experimentState.parse(state)).map((row) => [row.experiment_id, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Experiments of one status, or all but the archived ones: those that run first, then the newest. */
export async function listExperiments(db: Pool, status: ExperimentRow['status'] | null): Promise<ExperimentRow[]> {
  const { rows } = await db.query<{ state: unknown }>(
    `SELECT state FROM analytics.experiment
     WHERE CASE WHEN $1::text IS NULL THEN state->>'status' <> 'ARCHIVED' ELSE state->>'status' = $1 END
     ORDER BY state->>'status' = 'RUNNING' DESC, state->>'created_at' DESC, experiment LIMIT ${listed}`,
    [status],
  );
  return rows.map(({ state }) => experimentState.parse(state));
}

/** An experiment as the log tells it this moment: projections may be behind. */
export async function latestRevision(db: Pool, key: string): Promise<ExperimentRow | null> {
  const { rows } = await db.query<{ state: unknown }>(
    `SELECT properties AS state FROM events.log WHERE customer_key = $1 ORDER BY (properties->>'revision')::integer DESC LIMIT 1`,
    [experimentLogKey(key)],
  );
  return rows[0] ? experimentState.parse(rows[0].state) : null;
}

/** Variant that any key of a person met first while the experiment ran; null where none did. */
export async function firstVariant(db: Pool, { experiment_id, variants, started_at }: ExperimentRow, key: string) {
  const { rows } = await db.query<{ variant: string }>(
    `SELECT x.variant FROM analytics.experiment_exposure x
     WHERE x.experiment = $1 AND x.last_at >= $2 AND x.variant = ANY ($3) AND x.customer_key IN (
       SELECT $4 UNION ALL SELECT customer_key FROM analytics.identity WHERE canonical_key = $4)
     ORDER BY greatest(x.first_at, $2::timestamptz), x.variant LIMIT 1`,
    [experiment_id, started_at, variants.map((variant) => variant.key), key],
  );
  return rows[0]?.variant ?? null;
}

/** The key that a customer is known by. */
export async function canonicalKey(db: Pool, key: string): Promise<string> {
  const { rows } = await db.query<{ key: string }>(
    'SELECT canonical_key AS key FROM analytics.identity WHERE customer_key = $1',
    [key],
  );
  return rows[0]?.key ?? key;
}
