import type { Pool } from 'pg';

/** Where a customer lives, as far as it is known. */
export interface Residence {
  /** ISO 3166 code where an account or a visit tells one; whatever the account says otherwise. Upper case. */
  country: string;
  /** Whether an account or an order says so, and not only the language that pages were read in. */
  stated: boolean;
}

/** The country of each customer by any of their keys, in the order asked for; null where nothing tells. One statement for all. */
export async function loadCountries(db: Pool, customerKeys: readonly string[]): Promise<(Residence | null)[]> {
  const { rows } = await db.query<[string, string]>({
    name: 'countries',
    text: `SELECT k.key, max(r.country_fact)
           FROM unnest($1::text[]) AS k (key), LATERAL (
             SELECT coalesce((SELECT canonical_key FROM recommendations.identity WHERE customer_key = k.key), k.key) AS key
           ) canonical, LATERAL (
             SELECT customer_key FROM recommendations.identity WHERE canonical_key = canonical.key UNION ALL SELECT canonical.key
           ) own (customer_key) JOIN recommendations.residence r ON r.customer_key = own.customer_key
           GROUP BY 1`,
    values: [customerKeys],
    rowMode: 'array',
  });
  const byKey = new Map(rows.map(([key, fact]) => [key, { country: fact.slice(53), stated: fact[0] !== '0' }]));
  return customerKeys.map((key) => byKey.get(key) ?? null);
}
