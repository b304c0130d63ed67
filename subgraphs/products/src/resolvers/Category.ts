import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { CategoryResolvers } from '../generated/resolvers.ts';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const path = keyOf('Category', id);
    return path === undefined ? null : loaders.category.load(path);
  },
  id: ({ path }) => toGlobalId('Category', path),
  name: ({ path }) => path.slice(path.lastIndexOf(' > ') < 0 ? 0 : path.lastIndexOf(' > ') + 3),
  revenue: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
};
