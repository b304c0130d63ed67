import type { EntityManager } from '@mikro-orm/postgresql';
import { ProductEntity, type ProductRow } from '../entities/product.ts';

/** Products newer than a model that are looked at: the latest. */
const most = 100;

/** Products that came into the shop after each of the moments, the latest first. One statement where all moments are one. */
export async function loadArrivals(em: EntityManager, moments: readonly string[]): Promise<ProductRow[][]> {
  const lists = new Map<string, ProductRow[]>();
  for (const moment of new Set(moments)) {
    lists.set(
      moment,
      await em
        .fork()
        .find(
          ProductEntity,
          { firstSeenAt: { $gt: new Date(moment) } },
          { orderBy: { firstSeenAt: 'desc', productId: 'asc' }, limit: most },
        ),
    );
  }
  return moments.map((moment) => lists.get(moment)!);
}
