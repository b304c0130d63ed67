import type { EntitySchema } from '@mikro-orm/core';
import { ChurnScoreEntity } from './churn-score.ts';
import { CustomerEntity } from './customer.ts';
import { CustomerSegmentEntity } from './customer-segment.ts';
import { LifetimeValueEntity } from './lifetime-value.ts';
import { RuleSegmentEntity } from './rule-segment.ts';
import { SegmentEntity } from './segment.ts';

/** Entities of customers and of what the models say of them. */
export const customerEntities = [
  CustomerEntity,
  SegmentEntity,
  CustomerSegmentEntity,
  ChurnScoreEntity,
  LifetimeValueEntity,
  RuleSegmentEntity,
] as unknown as readonly EntitySchema[];
