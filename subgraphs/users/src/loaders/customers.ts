import type { EntityManager } from '@mikro-orm/postgresql';
import { CustomerEntity, type CustomerRow } from '../entities/customer.ts';

/** Customers by key (`u:…`, `a:…`), in the order asked for; null where there is none. */
export async function loadCustomers(em: EntityManager, keys: readonly string[]): Promise<(CustomerRow | null)[]> {
  const rows = await em.fork().find(CustomerEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}
