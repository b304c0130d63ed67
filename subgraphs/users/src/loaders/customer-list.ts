import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Pool } from 'pg';
import type { CustomerRow } from '../entities/customer.ts';
import type { CustomerRule } from '../features/customer-rule.ts';
import type { CustomerOrder, CustomerOrderField, CustomerWhere } from '../generated/resolvers.ts';
import { RuleSql } from './rule-sql.ts';

/** A page of customers, and what it was a page of. */
export interface CustomerPage extends Connection<CustomerRow> {
  selection: CustomerSelection;
  asOf: Date;
}

/** Which customers are wanted: those that meet the conditions, and the rule. */
export interface CustomerSelection {
  where?: CustomerWhere | null | undefined;
  rule?: CustomerRule | undefined;
}

export interface CustomerPageArgs extends CustomerSelection {
  orderBy?: CustomerOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

interface Ordering {
  sql: string;
  /** Type that a cursor's value has, and how it enters the comparison. */
  type: 'number' | 'string';
  cast: string;
}

/** Customers without a churn score come last, whichever way the list goes. */
const churnOr = (direction: 'ASC' | 'DESC'): string => `coalesce(s.probability, ${direction === 'DESC' ? -1 : 2})`;

const orderings: Record<CustomerOrderField, (direction: 'ASC' | 'DESC') => Ordering> = {
  REVENUE: () => ({ sql: 'c.revenue_minor', type: 'number', cast: 'bigint' }),
  ORDER_COUNT: () => ({ sql: 'c.order_count', type: 'number', cast: 'integer' }),
  LAST_SEEN: () => ({ sql: 'c.last_seen_at', type: 'string', cast: 'timestamptz' }),
  CHURN_PROBABILITY: (direction) => ({ sql: churnOr(direction), type: 'number', cast: 'double precision' }),
  // What can still be saved: p × (1 − p) is largest where the outcome is open, and nothing once a customer has left for certain.
  REVENUE_AT_RISK: () => ({
    sql: '(greatest(c.revenue_minor, 0) * coalesce(s.probability * (1 - s.probability), 0))',
    type: 'number',
    cast: 'double precision',
  }),
};

const columns = `c.customer_key AS "customerKey", c.external_id AS "externalId", c.anonymous, c.first_seen_at AS "firstSeenAt",
  c.last_seen_at AS "lastSeenAt", c.first_order_at AS "firstOrderAt", c.last_order_at AS "lastOrderAt",
  c.order_count AS "orderCount", c.revenue_minor AS "revenueMinor", c.name, c.email, c.phone, c.country, c.city`;

type Listed = CustomerRow & { position: number | string };

/** A page of customers in one statement, by keyset: the row after a cursor is found by its values, however far down it is. */
export async function loadCustomerPage(db: Pool, asOf: Date, args: CustomerPageArgs): Promise<CustomerPage> {
  const size = pageSize(args.first);
  const field = args.orderBy?.field ?? 'REVENUE';
  const direction = args.orderBy?.direction ?? 'DESC';
  const { sql, type, cast } = orderings[field](direction);
  const { conditions, joins } = toConditions(args, asOf);
  if (args.after !== null && args.after !== undefined) {
    const [madeFor, value, key] = decodeCursor(args.after, 3);
    const usable = type === 'number' || Number.isFinite(Date.parse(String(value)));
    if (madeFor !== `${field} ${direction}` || typeof value !== type || typeof key !== 'string' || !usable) {
      throw invalidArgument('after', 'This cursor is from a list in another order: begin again without it.');
    }
    conditions.add(
      `(${sql}, c.customer_key) ${direction === 'DESC' ? '<' : '>'} (${conditions.value(value)}::${cast}, ${conditions.value(key)})`,
    );
  }
  const position = cast === 'timestamptz' ? `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : sql;
  const { rows } = await db.query<Listed>(
    `SELECT ${columns}, ${position} AS position
     FROM users.customer c ${needsScore(field, args.where) ? 'LEFT JOIN users.churn_score s USING (customer_key)' : ''} ${joins}
     ${conditions.toSql()} ORDER BY ${sql} ${direction}, c.customer_key ${direction} LIMIT ${size + 1}`,
    conditions.values,
  );
  const cursorOf = (row: Listed): string => encodeCursor([`${field} ${direction}`, row.position, row.customerKey]);
  return { ...toConnection(rows, size, cursorOf, args.after), selection: { where: args.where, rule: args.rule }, asOf };
}

/** How many customers are selected. */
export async function countCustomers(db: Pool, asOf: Date, selection: CustomerSelection): Promise<number> {
  const { conditions, joins } = toConditions(selection, asOf);
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) FROM users.customer c
     ${needsScore(undefined, selection.where) ? 'LEFT JOIN users.churn_score s USING (customer_key)' : ''} ${joins}
     ${conditions.toSql()}`,
    conditions.values,
  );
  return rows[0]!.count;
}

const needsScore = (field: CustomerOrderField | undefined, where: CustomerWhere | null | undefined): boolean =>
  field === 'CHURN_PROBABILITY' || field === 'REVENUE_AT_RISK' || Boolean(where?.churnProbability);

function toConditions({ where, rule }: CustomerSelection, asOf: Date): { conditions: SqlConditions; joins: string } {
  const conditions = new SqlConditions();
  let joins = '';
  if (rule) {
    const sql = new RuleSql(conditions, asOf);
    conditions.add(sql.condition(rule));
    joins = sql.joins();
  }
  if (where) addWhere(conditions, where, asOf);
  return { conditions, joins };
}

function addWhere(conditions: SqlConditions, where: CustomerWhere, asOf: Date): void {
  if (where.anonymous === true) conditions.add('c.anonymous');
  if (where.anonymous === false) conditions.add('NOT c.anonymous');
  conditions.text('c.external_id', where.externalId, 'where.externalId');
  conditions.text('c.country', where.country, 'where.country');
  conditions.number('c.order_count', where.orderCount);
  conditions.number('c.revenue_minor', where.revenueMinor);
  conditions.number('s.probability', where.churnProbability);
  conditions.number(
    () =>
      `floor(extract(epoch FROM ${conditions.value(asOf)}::timestamptz - c.last_order_at) / 86400)::double precision`,
    where.recency,
  );
  if (where.segment !== null && where.segment !== undefined) {
    const id = keyOf('Segment', where.segment);
    if (id === undefined || !isUuid(id))
      throw invalidArgument('where.segment', 'where.segment takes the id of a segment.');
    conditions.add(
      `c.customer_key IN (SELECT customer_key FROM users.customer_segment WHERE segment_id = ${conditions.value(id)}::uuid)`,
    );
  }
}

/** Whether a key can be that of a segment; PostgreSQL refuses other texts with an error. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
