import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Pool } from 'pg';
import type { AnomalyRow } from '../entities/anomaly.ts';
import type { AnomalySeverity, AnomalyWhere, QueryAnomaliesArgs } from '../generated/resolvers.ts';
import { checkPeriod } from './period.ts';

/** A page of anomalies, and what it was a page of. */
export interface AnomalyPage extends Connection<AnomalyRow> {
  where: AnomalyWhere | null | undefined;
}

const columns = `metric, day, version_id AS "versionId", as_of AS "asOf", value, expected, low, high, score, severity, reasons`;
const ranks: readonly AnomalySeverity[] = ['NOTICE', 'WARNING', 'CRITICAL'];

/** A page of anomalies, newest first, by keyset. */
export async function loadAnomalyPage(db: Pool, args: Partial<QueryAnomaliesArgs>): Promise<AnomalyPage> {
  const size = pageSize(args.first);
  const conditions = toConditions(args.where);
  if (args.after !== null && args.after !== undefined) {
    const [day, metric] = decodeCursor(args.after, 2);
    if (typeof day !== 'string' || typeof metric !== 'string' || !isDay(day)) {
      throw invalidArgument('after', 'This cursor is not from this list: use endCursor of the page before.');
    }
    conditions.add(`(day, metric) < (${conditions.value(day)}::date, ${conditions.value(metric)})`);
  }
  const { rows } = await db.query<AnomalyRow>(
    `SELECT ${columns} FROM analytics.anomaly ${conditions.toSql()} ORDER BY day DESC, metric DESC LIMIT ${size + 1}`,
    conditions.values,
  );
  return { ...toConnection(rows, size, (row) => encodeCursor([row.day, row.metric]), args.after), where: args.where };
}

/** The latest anomalies that meet the conditions, oldest first. */
export async function loadLatestAnomalies(
  db: Pool,
  where: AnomalyWhere | null | undefined,
  most: number,
): Promise<AnomalyRow[]> {
  const conditions = toConditions(where);
  const { rows } = await db.query<AnomalyRow>(
    `SELECT ${columns} FROM analytics.anomaly ${conditions.toSql()} ORDER BY day DESC, metric DESC LIMIT ${most}`,
    conditions.values,
  );
  return rows.reverse();
}

/** How many anomalies meet the conditions. */
export async function countAnomalies(db: Pool, where: AnomalyWhere | null | undefined): Promise<number> {
  const conditions = toConditions(where);
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) FROM analytics.anomaly ${conditions.toSql()}`,
    conditions.values,
  );
  return rows[0]!.count;
}

/** Anomalies by `METRIC:day`, in the order asked for; null where there is none. */
export async function loadAnomalies(db: Pool, keys: readonly string[]): Promise<(AnomalyRow | null)[]> {
  const { rows } = await db.query<AnomalyRow>(
    `SELECT ${columns} FROM analytics.anomaly WHERE metric || ':' || day = ANY ($1)`,
    [keys],
  );
  const byKey = new Map(rows.map((row) => [anomalyKey(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

export const anomalyKey = ({ metric, day }: Pick<AnomalyRow, 'metric' | 'day'>): string => `${metric}:${day}`;

/** A day of the calendar, as PostgreSQL reads it. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** Throws an argument error for conditions that cannot be met. */
export function toConditions(where: AnomalyWhere | null | undefined): SqlConditions {
  const conditions = new SqlConditions();
  if (where?.metric) conditions.text('metric', { eq: where.metric }, 'where.metric');
  if (where?.severity) {
    conditions.text('severity', { oneOf: ranks.slice(ranks.indexOf(where.severity)) }, 'where.severity');
  }
  if (where?.between) {
    const { from, to } = checkPeriod(where.between);
    conditions.add(`day BETWEEN ${conditions.value(from)} AND ${conditions.value(to)}`);
  }
  return conditions;
}
