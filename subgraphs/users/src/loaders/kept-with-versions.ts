import type { Pool } from 'pg';

/** Versions remembered for each database: the served one, and the one before it while requests still ask for it. */
const remembered = 4;

/**
 * Reads what is kept with versions of a model and remembers it: it never changes. The function that it gives back costs one statement
 * where a version is not remembered, and none else.
 *
 * @param read what serving needs of the artefact; undefined where this code can do nothing with it.
 */
export function keptWithVersions<T>(
  read: (artefact: unknown) => T | undefined,
): (db: Pool, ids: readonly string[]) => Promise<ReadonlyMap<string, T | undefined>> {
  const byDatabase = new WeakMap<Pool, Map<string, T | undefined>>();
  return async (db, ids) => {
    const known = byDatabase.get(db) ?? new Map<string, T | undefined>();
    byDatabase.set(db, known);
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) {
      const { rows } = await db.query<{ id: string; artefact: unknown }>(
        'SELECT id, artefact FROM registry.model_version WHERE id = ANY ($1::uuid[])',
        [missing],
      );
      for (const { id, artefact } of rows) known.set(id, read(artefact));
    }
    const found = new Map(ids.map((id) => [id, known.get(id)]));
    for (const id of [...known.keys()].slice(0, -remembered)) known.delete(id);
    return found;
  };
}
