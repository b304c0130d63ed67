import type { StoredReason } from '@cda/platform/graph/values.ts';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A day on which the served detector found a figure far from what was to be expected. */
export const AnomalyEntity = defineEntity({
  name: 'Anomaly',
  tableName: 'anomaly',
  primaryKeys: ['metric', 'day'],
  properties: {
    metric: p.text().$type<AnomalyMetric>().primary(),
    day: p.date().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    value: p.float().columnType('double precision'),
    expected: p.float().columnType('double precision'),
    low: p.float().columnType('double precision'),
    high: p.float().columnType('double precision'),
    score: p.float().columnType('double precision'),
    severity: p.text().$type<AnomalyRank>(),
    reasons: p.json<StoredReason[]>(),
  },
});

export type AnomalyMetric =
  | 'REVENUE'
  | 'ORDERS'
  | 'CUSTOMERS'
  | 'VISITS'
  | 'CONVERSION_RATE'
  | 'AVERAGE_ORDER_VALUE'
  | 'PRODUCT_VIEWS'
  | 'DISCOUNTS'
  | 'REFUNDS';
export type AnomalyRank = 'NOTICE' | 'WARNING' | 'CRITICAL';
export type AnomalyRow = InferEntity<typeof AnomalyEntity>;
