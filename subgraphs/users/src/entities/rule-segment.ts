import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A segment that people described by a rule. */
export const RuleSegmentEntity = defineEntity({
  name: 'RuleSegment',
  tableName: 'rule_segment',
  schema: 'users',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique('rule_segment_name_unique'),
    rule: p.json<object>(),
    createdAt: p.datetime().columnType('timestamptz'),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
});

export type RuleSegmentRow = InferEntity<typeof RuleSegmentEntity>;
