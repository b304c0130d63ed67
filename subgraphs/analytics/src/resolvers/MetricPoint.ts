import type { MetricPointResolvers } from '../generated/resolvers.ts';
import { money } from './figures.ts';

export const MetricPoint: MetricPointResolvers = {
  revenue: ({ revenueMinor }, _args, context) => money(context, revenueMinor),
  netRevenue: ({ revenueMinor, refundsMinor }, _args, context) => money(context, revenueMinor - refundsMinor),
};
