import { SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { RuleSegmentEntity, type RuleSegmentRow } from '../entities/rule-segment.ts';
import type { CustomerRule } from '../features/customer-rule.ts';
import { RuleSql } from './rule-sql.ts';

/** All segments by rule, by name. */
export const loadRuleSegments = (em: EntityManager): Promise<RuleSegmentRow[]> =>
  em.fork().find(RuleSegmentEntity, {}, { orderBy: { name: 'asc' } });

/** Ids of the segments by rule that hold each customer, in the order asked for: one statement for all customers and rules. */
export async function loadRulesOfCustomers(
  db: Pool,
  asOf: Date,
  segments: readonly Pick<RuleSegmentRow, 'id' | 'rule'>[],
  keys: readonly string[],
): Promise<string[][]> {
  if (segments.length === 0) return keys.map(() => []);
  const conditions = new SqlConditions();
  const wanted = conditions.value(keys);
  const parts = segments.map(({ id, rule }) => {
    const sql = new RuleSql(conditions, asOf);
    const condition = sql.condition(rule as CustomerRule);
    return `SELECT c.customer_key AS key, ${conditions.value(id)}::uuid AS id FROM users.customer c ${sql.joins()}
      WHERE c.customer_key = ANY (${wanted}) AND ${condition}`;
  });
  const { rows } = await db.query<{ key: string; id: string }>(parts.join(' UNION ALL '), conditions.values);
  const byKey = Map.groupBy(rows, (row) => row.key);
  return keys.map((key) => (byKey.get(key) ?? []).map(({ id }) => id));
}

/** How many customers each segment by rule holds, in the order asked for: one statement for all. */
export async function countRuleSegments(
  db: Pool,
  asOf: Date,
  segments: readonly Pick<RuleSegmentRow, 'id' | 'rule'>[],
): Promise<number[]> {
  const conditions = new SqlConditions();
  const parts = segments.map(({ rule }, place) => {
    const sql = new RuleSql(conditions, asOf);
    const condition = sql.condition(rule as CustomerRule);
    return `SELECT ${place} AS place, count(*) AS size FROM users.customer c ${sql.joins()} WHERE ${condition}`;
  });
  const { rows } = await db.query<{ place: number; size: number }>(parts.join(' UNION ALL '), conditions.values);
  const sizes = new Map(rows.map(({ place, size }) => [place, size]));
  return segments.map((_, place) => sizes.get(place) ?? 0);
}
