import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** What the served elasticity model says of one product, or why it says nothing. */
export const ElasticityEntity = defineEntity({
  name: 'Elasticity',
  tableName: 'elasticity',
  properties: {
    productId: p.text().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    value: p.float().columnType('double precision').nullable(),
    low: p.float().columnType('double precision').nullable(),
    high: p.float().columnType('double precision').nullable(),
    confidence: p.float().columnType('double precision').nullable(),
    deviation: p.float().columnType('double precision').nullable(),
    presentPriceMinor: p.bigint('number').nullable(),
    presentUnits: p.float().columnType('double precision').nullable(),
    lowestPriceMinor: p.bigint('number').nullable(),
    highestPriceMinor: p.bigint('number').nullable(),
    reasons: p.json<StoredReason[]>(),
    unavailable: p.json<StoredUnavailable>().nullable(),
  },
});

export type ElasticityRow = InferEntity<typeof ElasticityEntity>;
