import type { Pool } from 'pg';
import type { RunRow, VersionRow } from '../resolvers/model-row.ts';

/** Versions by row id, in the order asked for; null where there is none. */
export async function loadVersions(db: Pool, ids: readonly string[]): Promise<(VersionRow | null)[]> {
  const { rows } = await db.query<VersionRow>('SELECT * FROM registry.model_version WHERE id::text = ANY ($1)', [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** All versions of each model that a page may ask for, newest first: the latest 100. */
export async function loadVersionsOfModels(db: Pool, models: readonly string[]): Promise<VersionRow[][]> {
  const { rows } = await db.query<VersionRow>(
    `SELECT v.* FROM unnest($1::text[]) AS m (name), LATERAL (
       SELECT * FROM registry.model_version WHERE model = m.name
       ORDER BY (status = 'SERVED') DESC, version DESC LIMIT 100) v
     ORDER BY v.model, v.version DESC`,
    [models],
  );
  return models.map((model) => rows.filter((row) => row.model === model));
}

/** Latest run of each model; null before the first. */
export async function loadLatestRuns(db: Pool, models: readonly string[]): Promise<(RunRow | null)[]> {
  const { rows } = await db.query<RunRow>(
    'SELECT DISTINCT ON (model) * FROM registry.training_run WHERE model = ANY ($1) ORDER BY model, queued_at DESC',
    [models],
  );
  return models.map((model) => rows.find((row) => row.model === model) ?? null);
}

/** Runs by id, in the order asked for. */
export async function loadRuns(db: Pool, ids: readonly string[]): Promise<(RunRow | null)[]> {
  const { rows } = await db.query<RunRow>('SELECT * FROM registry.training_run WHERE id::text = ANY ($1)', [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
