import type { SegmentChurnResolvers } from '../generated/resolvers.ts';

export const SegmentChurn: SegmentChurnResolvers = {
  segment: async ({ segmentId }, _args, { loaders }) => (await loaders.segment.load(segmentId))!,
  revenueAtRisk: async ({ revenueAtRiskMinor }, _args, { shop }) => ({
    amountMinor: revenueAtRiskMinor,
    currency: (await shop()).currency,
  }),
};
