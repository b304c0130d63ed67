import type { BestPriceResolvers } from '../generated/resolvers.ts';
import { versionBehind } from './Elasticity.ts';

export const BestPrice: BestPriceResolvers = {
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, context) => versionBehind(row, context),
};
