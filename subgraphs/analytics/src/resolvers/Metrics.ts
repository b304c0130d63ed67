import type { MetricsResolvers } from '../generated/resolvers.ts';
import { loadFigures, loadSeries } from '../loaders/metrics.ts';
import { checkPoints } from '../loaders/period.ts';
import { averageOrderValue, conversionRate, money } from './figures.ts';

export const Metrics: MetricsResolvers = {
  revenue: ({ figures }, _args, context) => money(context, figures.revenueMinor),
  refunds: ({ figures }, _args, context) => money(context, figures.refundsMinor),
  netRevenue: ({ figures }, _args, context) => money(context, figures.revenueMinor - figures.refundsMinor),
  total: ({ figures }, _args, context) => money(context, figures.totalMinor),
  orders: ({ figures }) => figures.orders,
  customers: ({ figures }) => figures.customers,
  newCustomers: ({ figures }) => figures.newCustomers,
  units: ({ figures }) => figures.units,
  visits: ({ figures }) => figures.visits,
  averageOrderValue: ({ figures }, _args, context) => averageOrderValue(context, figures),
  conversionRate: ({ figures }) => conversionRate(figures),
  series: ({ period, interval }, _args, { db }) => {
    checkPoints(period, interval);
    return loadSeries(db, period, interval);
  },
  comparison: async ({ comparedWith, interval }, _args, { db }) =>
    comparedWith && {
      period: comparedWith,
      interval,
      figures: await loadFigures(db, comparedWith),
      comparedWith: null,
    },
  asOf: async (_parent, _args, { shop }) => (await shop()).asOf,
};
