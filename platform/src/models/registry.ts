import type { Pool } from 'pg';
import { toGlobalId } from '../graph/global-id.ts';

/** A version of a model, in the shape of the graph's `ModelVersion`. */
export interface RegisteredVersion {
  id: string;
  name: string;
  version: number;
  trainedAt: Date;
  asOf: Date;
}

interface Row {
  id: string;
  model: string;
  version: number;
  trained_at: Date;
  as_of: Date;
}

export const versionId = (id: string): string => toGlobalId('ModelVersion', id);

const toVersion = (row: Row): RegisteredVersion => ({
  id: versionId(row.id),
  name: row.model,
  version: row.version,
  trainedAt: row.trained_at,
  asOf: row.as_of,
});

/** Versions by their row ids, in the order asked for; null where there is none. Batch function for a loader. */
export async function loadVersions(db: Pool, ids: readonly string[]): Promise<(RegisteredVersion | null)[]> {
  const { rows } = await db.query<Row>(
    'SELECT id, model, version, trained_at, as_of FROM registry.model_version WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, toVersion(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The served version of each model, in the order asked for; null where none is. Batch function for a loader. */
export async function loadServedVersions(db: Pool, models: readonly string[]): Promise<(RegisteredVersion | null)[]> {
  const { rows } = await db.query<Row>(
    "SELECT id, model, version, trained_at, as_of FROM registry.model_version WHERE model = ANY ($1) AND status = 'SERVED'",
    [models],
  );
  const byModel = new Map(rows.map((row) => [row.model, toVersion(row)]));
  return models.map((model) => byModel.get(model) ?? null);
}
