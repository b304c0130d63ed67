import { defineSubgraph } from '@cda/platform/service/subgraph-definition.ts';
import type { Context } from './context.ts';
import { ElasticityEntity } from './entities/elasticity.ts';
import { ProductEntity } from './entities/product.ts';
import { createLoaders } from './loaders/index.ts';
import { migrations } from './migrations/index.ts';
import { models } from './models/index.ts';
import { projections } from './projections/index.ts';
import { resolvers } from './resolvers/index.ts';

/** The products subgraph. */
export const products = defineSubgraph<Context>({
  name: 'products',
  resolvers,
  entities: [ProductEntity, ElasticityEntity],
  migrations,
  projections,
  models,
  createContext: (request) => ({ ...request, loaders: createLoaders(request) }),
});
