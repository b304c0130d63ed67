import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { wilsonInterval } from '@cda/platform/ml/wilson-interval.ts';
import type { QueryResolvers, RecommendationPerformanceResolvers } from '../generated/resolvers.ts';
import { loadPerformance } from '../loaders/performance.ts';

export const recommendationPerformance: QueryResolvers['recommendationPerformance'] = async (
  _root,
  { days },
  context,
) => {
  if (days < 1 || days > 366) throw invalidArgument('days', 'days takes a number from 1 to 366.');
  const { today } = await context.shop();
  return loadPerformance(context.db, today, days);
};

export const RecommendationPerformance: RecommendationPerformanceResolvers = {
  revenue: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
  conversion: ({ orderLines, impressions }) =>
    // An order may come of a list that was seen where nobody told so.
    impressions > 0 ? wilsonInterval(Math.min(orderLines, impressions), impressions) : null,
  revenuePerList: async ({ revenueMinor, lists }, _args, { shop }) =>
    lists > 0 ? { amountMinor: Math.round(revenueMinor / lists), currency: (await shop()).currency } : null,
  clickThrough: ({ clicks, impressions }) => (impressions > 0 ? wilsonInterval(clicks, impressions) : null),
};
