import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** What the served churn model says of a customer. */
export const ChurnScoreEntity = defineEntity({
  name: 'ChurnScore',
  tableName: 'churn_score',
  schema: 'users',
  properties: {
    customerKey: p.text().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    horizonDays: p.integer(),
    probability: p.float().columnType('double precision'),
    low: p.float().columnType('double precision'),
    high: p.float().columnType('double precision'),
    logOdds: p.float().columnType('double precision'),
  },
});

export type ChurnScoreRow = InferEntity<typeof ChurnScoreEntity>;
