import type { EntityManager } from '@mikro-orm/postgresql';
import { ProductEntity, type ProductRow } from '../entities/product.ts';

/** Products by the shop's own id, in the order asked for; null where there is none. */
export async function loadProducts(em: EntityManager, ids: readonly string[]): Promise<(ProductRow | null)[]> {
  const rows = await em.fork().find(ProductEntity, { productId: { $in: [...ids] } });
  const byId = new Map(rows.map((row) => [row.productId, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
