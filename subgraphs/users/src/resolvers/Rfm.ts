import type { RfmResolvers } from '../generated/resolvers.ts';
import { fifthOf } from '../loaders/rfm-bounds.ts';

const dayMs = 86_400_000;

export const Rfm: RfmResolvers = {
  recencyDays: async ({ lastOrderAt }, _args, { shop }) =>
    Math.max(0, Math.floor(((await shop()).asOf.getTime() - lastOrderAt!.getTime()) / dayMs)),
  frequency: ({ orderCount }) => orderCount,
  monetary: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
  averageOrderValue: async ({ revenueMinor, orderCount }, _args, { shop }) => ({
    amountMinor: Math.round(revenueMinor / orderCount),
    currency: (await shop()).currency,
  }),
  recencyScore: async ({ lastOrderAt }, _args, { loaders }) =>
    fifthOf((await loaders.rfmBounds()).lastOrder, lastOrderAt!.getTime()),
  frequencyScore: async ({ orderCount }, _args, { loaders }) => fifthOf((await loaders.rfmBounds()).orders, orderCount),
  monetaryScore: async ({ revenueMinor }, _args, { loaders }) =>
    fifthOf((await loaders.rfmBounds()).revenueMinor, revenueMinor),
};
