import type { EntityManager } from '@mikro-orm/postgresql';
import { CustomerSegmentEntity, type CustomerSegmentRow } from '../entities/customer-segment.ts';

/** Places in the served segmentation by customer, in the order asked for; null where a customer has none. */
export async function loadCustomerSegments(
  em: EntityManager,
  keys: readonly string[],
): Promise<(CustomerSegmentRow | null)[]> {
  const rows = await em.fork().find(CustomerSegmentEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}
