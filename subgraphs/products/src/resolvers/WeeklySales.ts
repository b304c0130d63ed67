import type { WeeklySalesResolvers } from '../generated/resolvers.ts';

export const WeeklySales: WeeklySalesResolvers = {
  revenue: ({ revenueMinor, currency }) => ({ amountMinor: revenueMinor, currency }),
};
