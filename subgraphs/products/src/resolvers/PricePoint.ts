import type { PricePointResolvers } from '../generated/resolvers.ts';

export const PricePoint: PricePointResolvers = {
  price: ({ priceMinor, currency }) => ({ amountMinor: priceMinor, currency }),
};
