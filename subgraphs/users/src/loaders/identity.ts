import type { Pool } from 'pg';

/** The key that each customer is known by, in the order asked for; a key that is nobody else's is its own. */
export async function loadCanonicalKeys(db: Pool, keys: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ customer_key: string; canonical_key: string }>(
    'SELECT customer_key, canonical_key FROM users.identity WHERE customer_key = ANY ($1)',
    [keys],
  );
  const canonical = new Map(rows.map((row) => [row.customer_key, row.canonical_key]));
  return keys.map((key) => canonical.get(key) ?? key);
}

/** All keys of each customer, by any of them: the one that they are known by, then the others in order. */
export async function loadKeysOfCustomers(db: Pool, keys: readonly string[]): Promise<string[][]> {
  const canonical = await loadCanonicalKeys(db, keys);
  const { rows } = await db.query<{ customer_key: string; canonical_key: string }>(
    'SELECT customer_key, canonical_key FROM users.identity WHERE canonical_key = ANY ($1) ORDER BY customer_key COLLATE "C"',
    [canonical],
  );
  return canonical.map((key) => [
    key,
    ...rows.filter((row) => row.canonical_key === key).map((row) => row.customer_key),
  ]);
}
