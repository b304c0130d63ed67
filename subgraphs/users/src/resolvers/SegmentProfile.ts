import type { SegmentProfileResolvers } from '../generated/resolvers.ts';

export const SegmentProfile: SegmentProfileResolvers = {
  monetary: async ({ monetaryMinor }, _args, { shop }) => ({
    amountMinor: monetaryMinor,
    currency: (await shop()).currency,
  }),
  revenue: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
  churnProbability: ({ id }, _args, { loaders }) => loaders.segmentChurn.load(id),
};
