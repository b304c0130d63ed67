import type { EntityManager } from '@mikro-orm/postgresql';
import { ElasticityEntity, type ElasticityRow } from '../entities/elasticity.ts';

/** Elasticities by product, in the order asked for; null where the served version has not seen the product. */
export async function loadElasticities(em: EntityManager, ids: readonly string[]): Promise<(ElasticityRow | null)[]> {
  const rows = await em.fork().find(ElasticityEntity, { productId: { $in: [...ids] } });
  const byId = new Map(rows.map((row) => [row.productId, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
