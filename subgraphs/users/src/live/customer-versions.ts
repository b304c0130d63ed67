import DataLoader from 'dataloader';
import type { Pool } from 'pg';

interface Row {
  key: string;
  customer: string | null;
  models: string | null;
}

/**
 * What changes with everything that is known of customers: their projected row and the versions of the models that score them. All
 * streams that are woken by one change ask together, so that it costs one statement however many customers are watched.
 */
export function customerVersions(db: Pool): DataLoader<string, string> {
  let loader = loaders.get(db);
  if (!loader) {
    // Streams are woken together and get here a few ticks apart; the next change asks anew.
    loader = new DataLoader((keys) => loadVersions(db, keys), {
      cache: false,
      maxBatchSize: 1_000,
      batchScheduleFn: (run) => setTimeout(run, 5),
    });
    loaders.set(db, loader);
  }
  return loader;
}

const loaders = new WeakMap<Pool, DataLoader<string, string>>();

async function loadVersions(db: Pool, keys: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<Row>(
    `SELECT k.key, md5(c::text) AS customer, m.versions AS models
     FROM (SELECT string_agg(id::text, ' ' ORDER BY id) AS versions FROM registry.model_version WHERE status = 'SERVED') m,
       unnest($1::text[]) AS k (key)
       LEFT JOIN users.identity i ON i.customer_key = k.key
       LEFT JOIN users.customer c ON c.customer_key = coalesce(i.canonical_key, k.key)`,
    [[...new Set(keys)]],
  );
  const versions = new Map(rows.map(({ key, customer, models }) => [key, `${customer} ${models}`]));
  return keys.map((key) => versions.get(key) ?? '');
}
