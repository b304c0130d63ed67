import type { Resolvers } from '../generated/resolvers.ts';
import { accountResolvers } from './accounts.ts';
import { Churn } from './Churn.ts';
import { Customer } from './Customer.ts';
import { CustomerConnection } from './CustomerConnection.ts';
import { CustomerIdentity } from './CustomerIdentity.ts';
import { CustomerMerge } from './CustomerMerge.ts';
import { CustomerSegment } from './CustomerSegment.ts';
import { LifetimeValue } from './LifetimeValue.ts';
import { ModelVersion } from './ModelVersion.ts';
import { mergeCustomers, unmergeCustomers } from './merge-customers.ts';
import { eraseCustomers, exportCustomer, verifyErasure } from './privacy.ts';
import { customer, customers, node, segment, segments } from './queries.ts';
import { Rfm } from './Rfm.ts';
import { Segment } from './Segment.ts';
import { SegmentProfile } from './SegmentProfile.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  ...accountResolvers,
  Query: { ...accountResolvers.Query, node, customer, customers, segments, segment, exportCustomer, verifyErasure },
  Mutation: { ...accountResolvers.Mutation, mergeCustomers, unmergeCustomers, eraseCustomers },
  Customer,
  CustomerConnection,
  CustomerIdentity,
  CustomerMerge,
  CustomerSegment,
  Rfm,
  Segment,
  SegmentProfile,
  Churn,
  LifetimeValue,
  ModelVersion,
};
