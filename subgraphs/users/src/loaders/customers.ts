import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { CustomerEntity, type CustomerRow } from '../entities/customer.ts';
import { loadCanonicalKeys } from './identity.ts';

/** Customers by any of their keys (`u:…`, `a:…`), in the order asked for; null where there is none. */
export async function loadCustomers(
  em: EntityManager,
  db: Pool,
  keys: readonly string[],
): Promise<(CustomerRow | null)[]> {
  const canonical = await loadCanonicalKeys(db, keys);
  const rows = await em.fork().find(CustomerEntity, { customerKey: { $in: canonical } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return canonical.map((key) => byKey.get(key) ?? null);
}
