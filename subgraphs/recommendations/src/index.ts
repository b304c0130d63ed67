import { defineSubgraph } from '@cda/platform/service/subgraph-definition.ts';
import type { Context } from './context.ts';
import { ProductEntity } from './entities/product.ts';
import { createLoaders } from './loaders/index.ts';
import { migrations } from './migrations/index.ts';
import { models } from './models/index.ts';
import { projections } from './projections/index.ts';
import { resolvers } from './resolvers/index.ts';
import { createRecommenderStore, type RecommenderStore } from './serving/recommender.ts';

/** The recommendations subgraph. */
export const recommendations = defineSubgraph<Context, { recommenders: RecommenderStore }>({
  name: 'recommendations',
  resolvers,
  entities: [ProductEntity],
  migrations,
  projections,
  models,
  start: async ({ db }) => ({ recommenders: createRecommenderStore(db) }),
  createContext: (request, { recommenders }) => ({ ...request, loaders: createLoaders(request), recommenders }),
});
