import type { Resolvers } from '../generated/resolvers.ts';
import { Customer } from './Customer.ts';
import { ModelVersion } from './ModelVersion.ts';
import { Product } from './Product.ts';
import { popularProducts } from './popular-products.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: { popularProducts },
  Customer,
  ModelVersion,
  Product,
};
