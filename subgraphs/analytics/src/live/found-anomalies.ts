import { type LiveRequest, watch } from '@cda/platform/live/live-request.ts';
import { begunAt, happened } from '@cda/platform/live/source-event.ts';
import type { Pool } from 'pg';
import type { AnomalyRow } from '../entities/anomaly.ts';
import type { SubscriptionAnomalyFoundArgs } from '../generated/resolvers.ts';
import { anomalyKey, isDay, loadLatestAnomalies, toConditions } from '../loaders/anomalies.ts';

interface Root {
  anomalyFound: AnomalyRow;
}

/** Unusual days that are looked at; older ones are no news. */
const most = 500;

/**
 * Unusual days that were not known before. Each version of the model says all of them anew, so what is new is what was not among
 * those of the version before. A stream that is taken up again goes by the last day that it told.
 */
export async function foundAnomalies(
  db: Pool,
  live: LiveRequest,
  { where, after }: Partial<SubscriptionAnomalyFoundArgs>,
): Promise<AsyncIterable<Root>> {
  toConditions(where);
  const lost = live.lastPosition !== undefined && isDay(live.lastPosition) ? live.lastPosition : undefined;
  const knownUntil = lost ?? after ?? undefined;
  const before = await loadLatestAnomalies(db, where, most);
  const known = new Set(before.filter(({ day }) => knownUntil === undefined || day <= knownUntil).map(anomalyKey));
  let lastDay = knownUntil ?? before.at(-1)?.day ?? '1970-01-01';
  return watch<Root>(live, {
    concerns: ({ topic, key }) => topic === 'model' && key === 'analytics.anomalies',
    look: async function* (first) {
      if (first) yield begunAt<Root>(lastDay, knownUntil !== undefined);
      for (const anomaly of await loadLatestAnomalies(db, where, most)) {
        const key = anomalyKey(anomaly);
        if (known.has(key)) continue;
        known.add(key);
        if (anomaly.day > lastDay) lastDay = anomaly.day;
        yield happened({ anomalyFound: anomaly }, lastDay);
      }
    },
  });
}
