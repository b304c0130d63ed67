import { forEverybody } from '@cda/platform/database/cancellation.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type { Pool } from 'pg';
import { fromArtefact, type ServedModel } from './artefact.ts';

/** A served model in memory. */
export interface Recommender extends ServedModel {
  /** Index of each product by its id. */
  indexOf: ReadonlyMap<string, number>;
}

/** Keeps the model that is served in memory: loaded when a request first meets its version, replaced by the next. */
export interface RecommenderStore {
  /** The model of a version; null where its artefact is gone or of another format. */
  get(version: RegisteredVersion): Promise<Recommender | null>;
}

/** At most two versions are held: the served one, and the one before while requests that met it end. */
export function createRecommenderStore(db: Pool): RecommenderStore {
  const held = new Map<string, Promise<Recommender | null>>();
  return {
    get: (version) => {
      const known = held.get(version.id);
      if (known) return known;
      const loading = forEverybody(() => loadRecommender(db, keyOf('ModelVersion', version.id)!));
      held.set(version.id, loading);
      loading.catch(() => held.delete(version.id));
      while (held.size > 2) held.delete(held.keys().next().value!);
      return loading;
    },
  };
}

async function loadRecommender(db: Pool, versionId: string): Promise<Recommender | null> {
  const { rows } = await db.query<{ data: Buffer }>('SELECT data FROM recommendations.artefact WHERE version_id = $1', [
    versionId,
  ]);
  const served = rows[0] && fromArtefact(rows[0].data);
  if (!served) return null;
  return { ...served, indexOf: new Map(served.productIds.map((id, index) => [id, index])) };
}
