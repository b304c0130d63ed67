import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Pool } from 'pg';
import type { EventWhere, QueryEventsArgs } from '../generated/resolvers.ts';

/** An event, as `events.log` keeps it. */
export interface EventRow {
  seq: number;
  customer_key: string;
  message_id: string;
  type: 'track' | 'identify' | 'page' | 'alias';
  name: string;
  occurred_at: Date;
  received_at: Date;
  user_id: string | null;
  anonymous_id: string | null;
  source: string;
  properties: unknown;
  context: unknown;
}

/** A page of the log, newest arrival first: the keyset is the log's own number. */
export async function loadEvents(
  db: Pool,
  { where, first, after }: Partial<QueryEventsArgs>,
): Promise<Connection<EventRow>> {
  const size = pageSize(first);
  const conditions = toConditions(where);
  if (after !== null && after !== undefined) {
    const [seq] = decodeCursor(after, 1);
    if (typeof seq !== 'number') throw invalidArgument('after', 'This cursor is not from this list.');
    conditions.add(`seq < ${conditions.value(seq)}`);
  }
  const { rows } = await db.query<EventRow>(
    `SELECT * FROM events.log ${conditions.toSql()} ORDER BY seq DESC LIMIT ${size + 1}`,
    conditions.values,
  );
  return toConnection(rows, size, (row) => encodeCursor([row.seq]), after);
}

/** Events with `from < seq <= to` that meet the conditions, oldest first, at most `most`. */
export async function loadEventsBetween(
  db: Pool,
  where: EventWhere | null | undefined,
  { from, to, most }: { from: number; to: number; most: number },
): Promise<EventRow[]> {
  const conditions = toConditions(where);
  conditions.add(`seq > ${conditions.value(from)} AND seq <= ${conditions.value(to)}`);
  const { rows } = await db.query<EventRow>(
    `SELECT * FROM events.log ${conditions.toSql()} ORDER BY seq LIMIT ${most}`,
    conditions.values,
  );
  return rows;
}

/** Throws an argument error for conditions that cannot be met. */
export function toConditions(where: EventWhere | null | undefined): SqlConditions {
  const conditions = new SqlConditions();
  conditions.text('message_id', where?.messageId, 'where.messageId');
  conditions.text('name', where?.name, 'where.name');
  conditions.text('source', where?.source, 'where.source');
  if (where?.customer) {
    const key = keyOf('Customer', where.customer);
    if (key === undefined)
      throw invalidArgument('where.customer', 'This is no id of a customer: take it from the id field of Customer.');
    conditions.add(`customer_key = ANY (${keysOfCustomer(conditions.value(key))})`);
  }
  if (where?.occurredAt?.gte) conditions.add(`occurred_at >= ${conditions.value(where.occurredAt.gte)}`);
  if (where?.occurredAt?.lt) conditions.add(`occurred_at < ${conditions.value(where.occurredAt.lt)}`);
  return conditions;
}

/** All keys of the customer behind a key. */
function keysOfCustomer(key: string): string {
  const canonical = `coalesce((SELECT canonical_key FROM analytics.identity WHERE customer_key = ${key}), ${key}::text)`;
  return `ARRAY(SELECT customer_key FROM analytics.identity WHERE canonical_key = ${canonical}) || ${canonical}`;
}
