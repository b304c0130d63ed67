import type { EntityManager } from '@mikro-orm/postgresql';
import { ProductEntity, type ProductRow } from '../entities/product.ts';

/** Products by the shop's own id, in the order asked for; null where there is none. */
export async function loadProducts(em: EntityManager, ids: readonly string[]): Promise<(ProductRow | null)[]> {
  // An id with U+0000 is nobody's, and PostgreSQL would refuse to be asked for it.
  const storable = ids.filter((id) => !id.includes('\u0000'));
  const rows = await em.fork().find(ProductEntity, { productId: { $in: storable } });
  const byId = new Map(rows.map((row) => [row.productId, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
