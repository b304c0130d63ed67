import type { LocalText } from '@cda/platform/text.ts';
import type { Pool } from 'pg';

/** Histories of scores go back so far. */
export const keptScoreDays = 400;

/** Points of a history that are given at the most. */
const longest = 50;

/** What a version said of a customer. */
export interface ScorePointRow {
  value: number;
  asOf: Date;
  versionId: string;
}

/** Earlier scores by a model of each customer, latest first, in the order asked for. */
export async function loadScoreHistories(db: Pool, model: string, keys: readonly string[]): Promise<ScorePointRow[][]> {
  const { rows } = await db.query<ScorePointRow & { customerKey: string }>(
    `SELECT customer_key AS "customerKey", value, as_of AS "asOf", version_id AS "versionId" FROM (
       SELECT *, row_number() OVER (PARTITION BY customer_key ORDER BY as_of DESC, version_id) AS place
       FROM users.score_history WHERE model = $1 AND customer_key = ANY ($2)
     ) h WHERE place <= $3 ORDER BY customer_key, place`,
    [model, keys, longest],
  );
  const byKey = Map.groupBy(rows, (row) => row.customerKey);
  return keys.map((key) => byKey.get(key) ?? []);
}

/** Size of a segment as of one training. */
export interface SegmentSizeRow {
  size: number;
  share: number;
  asOf: Date;
  versionId: string;
}

/** Sizes of each segment by training, latest first, in the order asked for. */
export async function loadSegmentHistories(db: Pool, ids: readonly string[]): Promise<SegmentSizeRow[][]> {
  const { rows } = await db.query<SegmentSizeRow & { id: string }>(
    `SELECT id, size, share, as_of AS "asOf", version_id AS "versionId" FROM (
       SELECT h.*, h.segment_id AS id, row_number() OVER (PARTITION BY h.segment_id ORDER BY v.version DESC) AS place
       FROM users.segment_history h JOIN registry.model_version v ON v.id = h.version_id
       WHERE h.segment_id = ANY ($1::uuid[])
     ) s WHERE place <= $2 ORDER BY id, place`,
    [ids, longest],
  );
  const byId = Map.groupBy(rows, (row) => row.id);
  return ids.map((id) => byId.get(id) ?? []);
}

/** Customers that went from one segment to another. */
export interface SegmentMoveRow {
  from: LocalText | null;
  to: LocalText | null;
  stayed: boolean;
  customers: number;
}

/** Moves between two trainings. */
export interface SegmentFlowRow {
  from: string;
  to: string;
  moves: SegmentMoveRow[];
}

/** Who moved between the served segmentation and the one before it; null where there are no two. */
export async function loadSegmentFlow(db: Pool): Promise<SegmentFlowRow | null> {
  const versions = await db.query<{ id: string }>(
    `SELECT v.id FROM registry.model_version v
     WHERE v.model = 'users.segmentation' AND EXISTS (SELECT FROM users.segment_membership m WHERE m.version_id = v.id)
     ORDER BY v.status = 'SERVED' DESC, v.version DESC LIMIT 2`,
  );
  const [to, from] = versions.rows;
  if (to === undefined || from === undefined) return null;
  const { rows } = await db.query<SegmentMoveRow>(
    `SELECT f.name AS from, t.name AS to, coalesce(move.from_id = move.to_id, false) AS stayed, move.customers
     FROM (
       SELECT a.segment_id AS from_id, b.segment_id AS to_id, count(*) AS customers
       FROM (SELECT customer_key, segment_id FROM users.segment_membership WHERE version_id = $1) a
       FULL JOIN (SELECT customer_key, segment_id FROM users.segment_membership WHERE version_id = $2) b USING (customer_key)
       GROUP BY 1, 2
     ) move
     LEFT JOIN users.segment_history f ON f.segment_id = move.from_id AND f.version_id = $1
     LEFT JOIN users.segment_history t ON t.segment_id = move.to_id AND t.version_id = $2
     ORDER BY move.customers DESC, f.key, t.key`,
    [from.id, to.id],
  );
  return { from: from.id, to: to.id, moves: rows };
}
