import type { DemandForecastResolvers } from '../generated/resolvers.ts';
import { versionBehind } from './Elasticity.ts';

export const DemandForecast: DemandForecastResolvers = {
  confidence: ({ row, unavailable }) => (unavailable ? null : (row?.confidence ?? null)),
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, context) => versionBehind(row, context),
};
