import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { SegmentEntity, type SegmentRow } from '../entities/segment.ts';

/** Segments by id, in the order asked for; null where there is none. */
export async function loadSegments(em: EntityManager, ids: readonly string[]): Promise<(SegmentRow | null)[]> {
  const rows = await em.fork().find(SegmentEntity, { id: { $in: [...ids] } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** All segments of the served segmentation, largest first. */
export async function loadAllSegments(em: EntityManager): Promise<SegmentRow[]> {
  return em.fork().find(SegmentEntity, {}, { orderBy: { size: 'desc', key: 'asc' } });
}

/** Mean churn probability of the customers of each segment that have one; null where none has. */
export async function loadSegmentChurn(db: Pool, ids: readonly string[]): Promise<(number | null)[]> {
  const { rows } = await db.query<{ id: string; mean: number }>(
    `SELECT s.segment_id AS id, avg(c.probability) AS mean
     FROM users.customer_segment s JOIN users.churn_score c USING (customer_key)
     WHERE s.segment_id = ANY ($1::uuid[]) GROUP BY 1`,
    [ids],
  );
  const byId = new Map(rows.map(({ id, mean }) => [id, mean]));
  return ids.map((id) => byId.get(id) ?? null);
}
