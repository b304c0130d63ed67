import type { StoredReason } from '@cda/platform/graph/values.ts';
import { defineEntity, p } from '@mikro-orm/core';
import type { AnomalyMetric } from './anomaly.ts';

/** What the served forecast expects of a figure on a coming day. */
export const ForecastEntity = defineEntity({
  name: 'Forecast',
  tableName: 'forecast',
  primaryKeys: ['metric', 'day'],
  properties: {
    metric: p.text().$type<AnomalyMetric>().primary(),
    day: p.date().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    confidence: p.float().columnType('double precision'),
    expected: p.float().columnType('double precision'),
    low: p.float().columnType('double precision'),
    high: p.float().columnType('double precision'),
    reasons: p.json<StoredReason[]>(),
  },
});
