import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { CustomerSegmentEntity, type CustomerSegmentRow } from '../entities/customer-segment.ts';
import { fromSegmentationArtefact, type SegmentCase } from '../features/segmentation-artefact.ts';
import { keptWithVersions } from './kept-with-versions.ts';

/** Places in the served segmentation by customer, in the order asked for; null where a customer has none. */
export async function loadCustomerSegments(
  em: EntityManager,
  keys: readonly string[],
): Promise<(CustomerSegmentRow | null)[]> {
  const rows = await em.fork().find(CustomerSegmentEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/**
 * What reasons are made of, by customer, in the order asked for; null where a customer has no segment, or it is of a version that
 * kept nothing. One statement for the customers, and one for a version that was not asked for before.
 */
export async function loadSegmentCases(db: Pool, keys: readonly string[]): Promise<(SegmentCase | null)[]> {
  const { rows } = await db.query<{ key: string; versionId: string; features: number[] }>(
    `SELECT customer_key AS key, version_id AS "versionId", features FROM users.customer_segment WHERE customer_key = ANY ($1)`,
    [keys],
  );
  const segmentations = await segmentationsOf(db, [...new Set(rows.map((row) => row.versionId))]);
  const cases = new Map<string, SegmentCase>();
  for (const { key, versionId, features } of rows) {
    const segmentation = segmentations.get(versionId);
    if (segmentation) cases.set(key, { facts: features, segmentation });
  }
  return keys.map((key) => cases.get(key) ?? null);
}

const segmentationsOf = keptWithVersions(fromSegmentationArtefact);
