import type { EntityManager } from '@mikro-orm/postgresql';
import { LifetimeValueEntity, type LifetimeValueRow } from '../entities/lifetime-value.ts';

/** Lifetime values by customer, in the order asked for; null where the served version has none. */
export async function loadLifetimeValues(
  em: EntityManager,
  keys: readonly string[],
): Promise<(LifetimeValueRow | null)[]> {
  const rows = await em.fork().find(LifetimeValueEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}
