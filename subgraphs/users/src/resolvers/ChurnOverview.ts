import type { ChurnOverviewResolvers } from '../generated/resolvers.ts';
import { noModelServed } from './unavailable.ts';

export const ChurnOverview: ChurnOverviewResolvers = {
  horizonDays: ({ horizonDays }, _args, { loaders }) => horizonDays ?? loaders.churnHorizon(),
  revenueAtRisk: async ({ revenueAtRiskMinor }, _args, { shop }) => ({
    amountMinor: revenueAtRiskMinor,
    currency: (await shop()).currency,
  }),
  unavailable: ({ customers }) => (customers > 0 ? null : noModelServed),
  model: ({ versionId }, _args, { loaders }) => (versionId === null ? null : loaders.version.load(versionId)),
};
