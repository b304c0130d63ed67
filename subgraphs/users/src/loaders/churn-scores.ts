import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { ChurnScoreEntity, type ChurnScoreRow } from '../entities/churn-score.ts';

/** Churn scores by customer, in the order asked for; null where the served version has none. */
export async function loadChurnScores(em: EntityManager, keys: readonly string[]): Promise<(ChurnScoreRow | null)[]> {
  const rows = await em.fork().find(ChurnScoreEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Before a version is served the horizon is the one that most shops get. */
const usualHorizonDays = 90;

/** Days without an order that count as having left, as the served version has it. */
export async function loadChurnHorizon(db: Pool): Promise<number> {
  const { rows } = await db.query<{ days: number }>('SELECT horizon_days AS days FROM users.churn_score LIMIT 1');
  return rows[0]?.days ?? usualHorizonDays;
}
