import type { LocalText } from '@cda/platform/text.ts';
import type { Pool } from 'pg';
import type { ChurnBand, ChurnMethod } from '../generated/resolvers.ts';

/** Sums over customers with a churn score. */
interface Totals {
  customers: number;
  expectedChurners: number;
  revenueAtRiskMinor: number;
}

export interface ChurnBandTotalRow extends Totals {
  band: ChurnBand;
}

export interface SegmentChurnRow extends Totals {
  segmentId: string;
}

export interface ChurnRuleRow extends LocalText {
  customers: number;
  left: number;
}

/** An estimator and how it did on the hold-out. */
export interface ChurnContenderRow {
  method: ChurnMethod;
  auc: number;
  served: boolean;
}

/** Churn of the whole shop. */
export interface ChurnOverviewRow extends Totals {
  horizonDays: number | null;
  asOf: Date | null;
  versionId: string | null;
  bands: ChurnBandTotalRow[];
  segments: SegmentChurnRow[];
  rules: ChurnRuleRow[];
  compared: ChurnContenderRow[];
}

/** From what probability on a band begins. */
export const bandOf = (probability: number): ChurnBand =>
  probability < 0.33 ? 'LOW' : probability < 0.66 ? 'MEDIUM' : 'HIGH';

/** The same in SQL. */
export const bandSql = (probability: string): string =>
  `CASE WHEN ${probability} < 0.33 THEN 'LOW' WHEN ${probability} < 0.66 THEN 'MEDIUM' ELSE 'HIGH' END`;

const bands: readonly ChurnBand[] = ['LOW', 'MEDIUM', 'HIGH'];

const methods: readonly ChurnMethod[] = ['LOGISTIC', 'BOOSTING', 'BLEND', 'TREE', 'RECENCY'];

/** What is kept with a version of its comparison. */
interface Compared {
  metrics: Record<string, number>;
  method: string | null;
}

/** The estimators by what the version keeps of each, the best first. */
function contendersOf({ metrics, method }: Compared): ChurnContenderRow[] {
  return methods
    .flatMap((each) => {
      const auc = metrics[`${each.toLowerCase()}Auc`];
      return typeof auc === 'number' ? [{ method: each, auc, served: each.toLowerCase() === method }] : [];
    })
    .sort((a, b) => b.auc - a.auc);
}

/** Sums the scores of the served version, in one pass, by band and segment; and reads the rules that are kept with the version. */
export async function loadChurnOverview(db: Pool): Promise<ChurnOverviewRow> {
  const [scores, version] = await Promise.all([
    db.query<Totals & { band: ChurnBand; segmentId: string | null }>(
      `SELECT ${bandSql('s.probability')} AS band,
         m.segment_id AS "segmentId", count(*) AS customers, sum(s.probability) AS "expectedChurners",
         sum(greatest(c.revenue_minor, 0) * s.probability) AS "revenueAtRiskMinor"
       FROM users.churn_score s JOIN users.customer c USING (customer_key)
       LEFT JOIN users.customer_segment m USING (customer_key)
       GROUP BY 1, 2`,
    ),
    db.query<{ horizonDays: number; asOf: Date; versionId: string; rules: ChurnRuleRow[] | null } & Compared>(
      `SELECT s.horizon_days AS "horizonDays", s.as_of AS "asOf", s.version_id AS "versionId", v.artefact->'rules' AS rules, v.metrics, v.parameters->>'method' AS method
       FROM (SELECT horizon_days, as_of, version_id FROM users.churn_score LIMIT 1) s
       JOIN registry.model_version v ON v.id = s.version_id`,
    ),
  ]);
  const served = version.rows[0];
  const total = (rows: readonly Totals[]): Totals => ({
    customers: rows.reduce((sum, row) => sum + row.customers, 0),
    expectedChurners: rows.reduce((sum, row) => sum + row.expectedChurners, 0),
    revenueAtRiskMinor: Math.round(rows.reduce((sum, row) => sum + row.revenueAtRiskMinor, 0)),
  });
  const bySegment = Map.groupBy(scores.rows, (row) => row.segmentId);
  return {
    ...total(scores.rows),
    horizonDays: served?.horizonDays ?? null,
    asOf: served?.asOf ?? null,
    versionId: served?.versionId ?? null,
    bands: bands.map((band) => ({ band, ...total(scores.rows.filter((row) => row.band === band)) })),
    segments: [...bySegment]
      .flatMap(([segmentId, rows]) => (segmentId === null ? [] : [{ segmentId, ...total(rows) }]))
      .sort((a, b) => b.revenueAtRiskMinor - a.revenueAtRiskMinor),
    rules: served?.rules ?? [],
    compared: served ? contendersOf(served) : [],
  };
}
