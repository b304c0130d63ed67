import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Pool } from 'pg';
import type { QuarantineWhere, QueryQuarantineArgs } from '../generated/resolvers.ts';

/** A refused event, as `events.quarantine` keeps it. */
export interface QuarantineRow {
  id: number;
  source: string;
  position: number | null;
  code: string;
  path: string | null;
  message: string;
  raw: unknown;
  received_at: Date;
}

/** A page of refused events, and what it was a page of. */
export interface QuarantinePage extends Connection<QuarantineRow> {
  where: QuarantineWhere | null | undefined;
}

function toConditions(where: QuarantineWhere | null | undefined): SqlConditions {
  const conditions = new SqlConditions();
  conditions.text('source', where?.source, 'where.source');
  conditions.text('code', where?.code, 'where.code');
  conditions.text("raw->>'messageId'", where?.messageId, 'where.messageId');
  if (where?.receivedAt?.gte) conditions.add(`received_at >= ${conditions.value(where.receivedAt.gte)}`);
  if (where?.receivedAt?.lt) conditions.add(`received_at < ${conditions.value(where.receivedAt.lt)}`);
  return conditions;
}

/** A page of the quarantine, newest first. */
export async function loadQuarantine(
  db: Pool,
  { where, first, after }: Partial<QueryQuarantineArgs>,
): Promise<QuarantinePage> {
  const size = pageSize(first);
  const conditions = toConditions(where);
  if (after !== null && after !== undefined) {
    const [id] = decodeCursor(after, 1);
    if (typeof id !== 'number') throw invalidArgument('after', 'This cursor is not from this list.');
    conditions.add(`id < ${conditions.value(id)}`);
  }
  const { rows } = await db.query<QuarantineRow>(
    `SELECT * FROM events.quarantine ${conditions.toSql()} ORDER BY id DESC LIMIT ${size + 1}`,
    conditions.values,
  );
  return { ...toConnection(rows, size, (row) => encodeCursor([row.id]), after), where };
}

/** How many refused events meet the conditions. */
export async function countQuarantine(db: Pool, where: QuarantineWhere | null | undefined): Promise<number> {
  const conditions = toConditions(where);
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) FROM events.quarantine ${conditions.toSql()}`,
    conditions.values,
  );
  return rows[0]?.count ?? 0;
}

/** Refused events by id, in the order asked for; null where there is none. */
export async function loadQuarantined(db: Pool, ids: readonly string[]): Promise<(QuarantineRow | null)[]> {
  const { rows } = await db.query<QuarantineRow>('SELECT * FROM events.quarantine WHERE id::text = ANY ($1)', [ids]);
  const byId = new Map(rows.map((row) => [String(row.id), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
