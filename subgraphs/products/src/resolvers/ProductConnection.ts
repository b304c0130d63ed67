import type { ProductConnectionResolvers } from '../generated/resolvers.ts';
import { countProducts } from '../loaders/product-list.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: ({ where }, _args, { db }) => countProducts(db, where),
};
