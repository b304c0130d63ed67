import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { CustomerResolvers } from '../generated/resolvers.ts';
import { toPage } from '../serving/list.ts';
import { servedList } from '../serving/variant.ts';

export const Customer: CustomerResolvers = {
  recommendations: async ({ id }, { placement, first, after, diversity, where }, context) => {
    const key = keyOf('Customer', id);
    if (key === undefined) return null;
    if (!(diversity >= 0 && diversity <= 1))
      throw invalidArgument('diversity', 'diversity takes a number from 0 to 1.');
    const within = where
      ? {
          category: where.category,
          brand: where.brand,
          priceFrom: where.priceFromMinor,
          priceTo: where.priceToMinor,
          stockFrom: where.stockFrom,
        }
      : {};
    return toPage(await servedList(key, { placement, diversity, within }, context), placement, { first, after });
  },
};
