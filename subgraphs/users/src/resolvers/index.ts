import type { Resolvers } from '../generated/resolvers.ts';
import { accountResolvers } from './accounts.ts';
import { Churn } from './Churn.ts';
import { ChurnBandTotal } from './ChurnBandTotal.ts';
import { ChurnOverview } from './ChurnOverview.ts';
import { ChurnRule } from './ChurnRule.ts';
import { ChurnWhatIf } from './ChurnWhatIf.ts';
import { Customer } from './Customer.ts';
import { CustomerConnection } from './CustomerConnection.ts';
import { CustomerIdentity } from './CustomerIdentity.ts';
import { CustomerMerge } from './CustomerMerge.ts';
import { CustomerSegment } from './CustomerSegment.ts';
import { LifetimeValue } from './LifetimeValue.ts';
import { ModelVersion } from './ModelVersion.ts';
import { mergeCustomers, unmergeCustomers } from './merge-customers.ts';
import { eraseCustomers, exportCustomer, verifyErasure } from './privacy.ts';
import {
  churnOverview,
  customer,
  customers,
  customersById,
  node,
  segment,
  segmentFlow,
  segments,
  unusualCustomers,
} from './queries.ts';
import { Rfm } from './Rfm.ts';
import {
  deleteRuleSegment,
  previewRule,
  RulePreview,
  RuleSegment,
  ruleSegments,
  saveRuleSegment,
} from './rule-segments.ts';
import { ScorePoint } from './ScorePoint.ts';
import { Segment } from './Segment.ts';
import { Segmentation, SegmentationPart, segmentation } from './Segmentation.ts';
import { SegmentChurn } from './SegmentChurn.ts';
import { SegmentFlow } from './SegmentFlow.ts';
import { SegmentMove } from './SegmentMove.ts';
import { SegmentProfile } from './SegmentProfile.ts';
import { SegmentSize } from './SegmentSize.ts';
import { Subscription } from './Subscription.ts';
import { timelineResolvers } from './timeline.ts';
import { UnusualCustomer } from './UnusualCustomer.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  ...accountResolvers,
  Query: {
    ...accountResolvers.Query,
    node,
    customer,
    customers,
    customersById,
    segments,
    segment,
    segmentFlow,
    segmentation,
    unusualCustomers,
    churnOverview,
    ruleSegments,
    previewRule,
    exportCustomer,
    verifyErasure,
  },
  Mutation: {
    ...accountResolvers.Mutation,
    saveRuleSegment,
    deleteRuleSegment,
    mergeCustomers,
    unmergeCustomers,
    eraseCustomers,
  },
  Subscription,
  ...timelineResolvers,
  Customer,
  CustomerConnection,
  CustomerIdentity,
  CustomerMerge,
  CustomerSegment,
  Rfm,
  RulePreview,
  RuleSegment,
  Segment,
  SegmentProfile,
  Churn,
  ChurnBandTotal,
  ChurnOverview,
  ChurnRule,
  ChurnWhatIf,
  ScorePoint,
  SegmentChurn,
  SegmentFlow,
  SegmentMove,
  SegmentSize,
  Segmentation,
  SegmentationPart,
  UnusualCustomer,
  LifetimeValue,
  ModelVersion,
};
