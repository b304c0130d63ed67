import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A customer as lists and references read it. The projection's working columns are not part of it. */
export const CustomerEntity = defineEntity({
  name: 'Customer',
  tableName: 'customer',
  schema: 'users',
  properties: {
    customerKey: p.text().primary(),
    externalId: p.text(),
    anonymous: p.boolean(),
    firstSeenAt: p.datetime(),
    lastSeenAt: p.datetime(),
    firstOrderAt: p.datetime().nullable(),
    lastOrderAt: p.datetime().nullable(),
    orderCount: p.integer(),
    revenueMinor: p.bigint('number'),
    name: p.text().nullable(),
    email: p.text().nullable(),
    phone: p.text().nullable(),
    country: p.text().nullable(),
    city: p.text().nullable(),
  },
});

export type CustomerRow = InferEntity<typeof CustomerEntity>;
