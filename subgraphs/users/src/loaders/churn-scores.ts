import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { ChurnScoreEntity, type ChurnScoreRow } from '../entities/churn-score.ts';
import { toChurnScorer } from '../features/churn-artefact.ts';
import type { ChurnCase } from '../features/churn-columns.ts';
import { keptWithVersions } from './kept-with-versions.ts';

/** Churn scores by customer, in the order asked for; null where the served version has none. */
export async function loadChurnScores(em: EntityManager, keys: readonly string[]): Promise<(ChurnScoreRow | null)[]> {
  const rows = await em.fork().find(ChurnScoreEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/**
 * What reasons are made of, by customer, in the order asked for; null where there is no score, or it is of a version that kept none.
 * One statement for the customers, and one for a version that was not asked for before.
 */
export async function loadChurnCases(db: Pool, keys: readonly string[]): Promise<(ChurnCase | null)[]> {
  const { rows } = await db.query<{ key: string; versionId: string; horizonDays: number; features: number[] }>(
    `SELECT customer_key AS key, version_id AS "versionId", horizon_days AS "horizonDays", features
     FROM users.churn_score WHERE customer_key = ANY ($1)`,
    [keys],
  );
  const scorers = await scorersOf(db, [...new Set(rows.map((row) => row.versionId))]);
  const cases = new Map<string, ChurnCase>();
  for (const { key, versionId, horizonDays, features } of rows) {
    const scorer = scorers.get(versionId);
    // Text is the shortest that tells single-precision numbers apart: back in single precision they are the same bits.
    if (scorer) cases.set(key, { features: Float32Array.from(features), scorer, horizonDays });
  }
  return keys.map((key) => cases.get(key) ?? null);
}

const scorersOf = keptWithVersions(toChurnScorer);

/** Before a version is served the horizon is the one that most shops get. */
const usualHorizonDays = 90;

/** Days without an order that count as having left, as the served version has it. */
export async function loadChurnHorizon(db: Pool): Promise<number> {
  const { rows } = await db.query<{ days: number }>('SELECT horizon_days AS days FROM users.churn_score LIMIT 1');
  return rows[0]?.days ?? usualHorizonDays;
}
