import { defineSubgraph } from '@cda/platform/service/subgraph-definition.ts';
import type { Context } from './context.ts';
import { AnomalyEntity } from './entities/anomaly.ts';
import { ForecastEntity } from './entities/forecast.ts';
import { createLoaders } from './loaders/index.ts';
import { migrations } from './migrations/index.ts';
import { models } from './models/index.ts';
import { projections } from './projections/index.ts';
import { resolvers } from './resolvers/index.ts';

/** The analytics subgraph. */
export const analytics = defineSubgraph<Context>({
  name: 'analytics',
  resolvers,
  entities: [AnomalyEntity, ForecastEntity],
  migrations,
  projections,
  models,
  createContext: (request) => ({ ...request, loaders: createLoaders(request) }),
});
