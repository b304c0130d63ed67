import type { Resolvers } from '../generated/resolvers.ts';
import { Category } from './Category.ts';
import { Customer } from './Customer.ts';
import { MerchandisingRule, RuleMatch } from './MerchandisingRule.ts';
import { ModelVersion } from './ModelVersion.ts';
import {
  deleteMerchandisingRule,
  merchandisingRules,
  previewMerchandisingRule,
  saveMerchandisingRule,
} from './merchandising.ts';
import { Product } from './Product.ts';
import { popularProducts } from './popular-products.ts';
import { RecommendationPerformance, recommendationPerformance } from './RecommendationPerformance.ts';
import { recommendFor } from './recommend-for.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: { popularProducts, recommendFor, merchandisingRules, previewMerchandisingRule, recommendationPerformance },
  Mutation: { saveMerchandisingRule, deleteMerchandisingRule },
  Category,
  Customer,
  MerchandisingRule,
  ModelVersion,
  Product,
  RecommendationPerformance,
  RuleMatch,
};
