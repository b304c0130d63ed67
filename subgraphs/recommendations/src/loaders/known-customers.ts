import type { Pool } from 'pg';

/** Some customers in the order of their keys. */
export interface CustomerStride {
  /** Those with an account, each by the key that they are known by. */
  keys: string[];
  /** Where the next stride begins; null where this was the last. */
  next: string | null;
}

/**
 * The next customers of whom anything is known, after the key of `after`. Keys that belong to somebody of another key are left
 * out: that one stands for them. Each step of the walk jumps to the next key, so that a customer's many rows cost nothing.
 */
export async function loadCustomerStride(db: Pool, after: string, length: number): Promise<CustomerStride> {
  const { rows } = await db.query<{ key: string; own: boolean }>(
    `WITH RECURSIVE walk AS (
       SELECT (SELECT min(customer_key) FROM recommendations.interaction WHERE customer_key > $1) AS key, 1 AS step
       UNION ALL
       SELECT (SELECT min(customer_key) FROM recommendations.interaction WHERE customer_key > w.key), w.step + 1
       FROM walk w WHERE w.key IS NOT NULL AND w.step < $2
     )
     SELECT key, left(key, 2) = 'u:' AND NOT EXISTS (SELECT FROM recommendations.identity i WHERE i.customer_key = key) AS own
     FROM walk WHERE key IS NOT NULL ORDER BY step`,
    [after, length],
  );
  return {
    keys: rows.filter(({ own }) => own).map(({ key }) => key),
    next: rows.length === length ? rows.at(-1)!.key : null,
  };
}

/** How many customers with an account there are that a walk through all strides gives. */
export async function countKnownCustomers(db: Pool): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM (
       SELECT DISTINCT customer_key FROM recommendations.interaction WHERE left(customer_key, 2) = 'u:') k
     WHERE NOT EXISTS (SELECT FROM recommendations.identity i WHERE i.customer_key = k.customer_key)`,
  );
  return rows[0]!.count;
}
