import type { LocalText } from '@cda/platform/text.ts';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A segment of the served segmentation. */
export const SegmentEntity = defineEntity({
  name: 'Segment',
  tableName: 'segment',
  schema: 'users',
  properties: {
    id: p.uuid().primary(),
    versionId: p.uuid(),
    asOf: p.datetime(),
    key: p.text(),
    name: p.json<LocalText>(),
    description: p.json<LocalText>(),
    size: p.integer(),
    share: p.float().columnType('double precision'),
    recencyDays: p.float().columnType('double precision'),
    frequency: p.float().columnType('double precision'),
    monetaryMinor: p.bigint('number'),
    revenueMinor: p.bigint('number'),
  },
});

export type SegmentRow = InferEntity<typeof SegmentEntity>;
