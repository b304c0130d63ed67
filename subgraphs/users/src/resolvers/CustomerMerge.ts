import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { CustomerMergeResolvers } from '../generated/resolvers.ts';

export const CustomerMerge: CustomerMergeResolvers = {
  from: ({ fromKey }) => toGlobalId('Customer', fromKey),
  into: ({ intoKey }) => toGlobalId('Customer', intoKey),
};
