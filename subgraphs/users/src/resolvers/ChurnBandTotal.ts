import type { ChurnBandTotalResolvers } from '../generated/resolvers.ts';

export const ChurnBandTotal: ChurnBandTotalResolvers = {
  revenueAtRisk: async ({ revenueAtRiskMinor }, _args, { shop }) => ({
    amountMinor: revenueAtRiskMinor,
    currency: (await shop()).currency,
  }),
};
