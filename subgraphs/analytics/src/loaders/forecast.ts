import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { Pool } from 'pg';

/** What one coming day is expected to bring. */
export interface ForecastRow {
  date: string;
  expected: number;
  low: number;
  high: number;
  confidence: number;
  versionId: string;
  asOf: Date;
  reasons: StoredReason[];
}

/** The first `days` days of a figure's served forecast, oldest first; none where it has none. */
export async function loadForecast(db: Pool, metric: string, days: number): Promise<ForecastRow[]> {
  const { rows } = await db.query<ForecastRow>(
    `SELECT day AS date, expected, low, high, confidence, version_id AS "versionId", as_of AS "asOf", reasons
     FROM analytics.forecast WHERE metric = $1 ORDER BY day LIMIT $2`,
    [metric, days],
  );
  return rows;
}

/** Id of the served version of the forecast; null where none is served. */
export async function loadServedForecast(db: Pool): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT id FROM registry.model_version WHERE model = 'analytics.forecast' AND status = 'SERVED'",
  );
  return rows[0]?.id ?? null;
}
