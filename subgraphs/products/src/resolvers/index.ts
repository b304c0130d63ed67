import type { Resolvers } from '../generated/resolvers.ts';
import { BestPrice } from './BestPrice.ts';
import { Category } from './Category.ts';
import { DemandForecast } from './DemandForecast.ts';
import { Elasticity } from './Elasticity.ts';
import { ModelVersion } from './ModelVersion.ts';
import { PricePoint } from './PricePoint.ts';
import { Product } from './Product.ts';
import { ProductConnection } from './ProductConnection.ts';
import { categories, product, products } from './products.ts';
import { WeeklySales } from './WeeklySales.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: { product, products, categories },
  Product,
  ProductConnection,
  Category,
  Elasticity,
  DemandForecast,
  BestPrice,
  ModelVersion,
  PricePoint,
  WeeklySales,
};
