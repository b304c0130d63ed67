import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** The segment that the served segmentation puts a customer in. */
export const CustomerSegmentEntity = defineEntity({
  name: 'CustomerSegment',
  tableName: 'customer_segment',
  schema: 'users',
  properties: {
    customerKey: p.text().primary(),
    segmentId: p.uuid(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    margin: p.float().columnType('double precision'),
  },
});

export type CustomerSegmentRow = InferEntity<typeof CustomerSegmentEntity>;
