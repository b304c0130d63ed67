import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** What the served lifetime value model says of a customer. */
export const LifetimeValueEntity = defineEntity({
  name: 'LifetimeValue',
  tableName: 'lifetime_value',
  schema: 'users',
  properties: {
    customerKey: p.text().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    probabilityAlive: p.float().columnType('double precision'),
    expectedOrders: p.float().columnType('double precision'),
    valueMinor: p.bigint('number').nullable(),
    lowMinor: p.bigint('number').nullable(),
    highMinor: p.bigint('number').nullable(),
    nextOrderAt: p.datetime().nullable(),
    features: p.array(Number).columnType('double precision[]').defaultRaw("'{}'"),
    highIfBack: p.boolean().default(false),
  },
});

export type LifetimeValueRow = InferEntity<typeof LifetimeValueEntity>;
