import { defineSubgraph } from '@cda/platform/service/subgraph-definition.ts';
import type { Context } from './context.ts';
import { ProductEntity } from './entities/product.ts';
import { type ListExport, type ListExportOptions, openExport } from './export/open-export.ts';
import { createLoaders } from './loaders/index.ts';
import { migrations } from './migrations/index.ts';
import { models } from './models/index.ts';
import { projections } from './projections/index.ts';
import { resolvers } from './resolvers/index.ts';
import { createPopularStore } from './serving/popular-store.ts';
import { createRecommenderStore } from './serving/recommender.ts';
import { createShopStateStore, type ShopState, type ShopStateStore } from './serving/shop-state.ts';

/** The recommendations subgraph. */
export const recommendations = defineSubgraph<
  Context,
  Pick<Context, 'recommenders' | 'popular'> & { shopState: ShopStateStore }
>({
  name: 'recommendations',
  resolvers,
  entities: [ProductEntity],
  migrations,
  projections,
  models,
  start: async ({ db }) => ({
    recommenders: createRecommenderStore(db),
    popular: createPopularStore(db),
    shopState: createShopStateStore(db),
  }),
  createContext: (request, { recommenders, popular, shopState }) => {
    let state: Promise<ShopState> | undefined;
    return {
      ...request,
      loaders: createLoaders(request),
      state: () => {
        state ??= shopState.get();
        return state;
      },
      recommenders,
      popular,
    };
  },
});

/** Lists of all customers, for a file. */
export const exportLists = (options: ListExportOptions): Promise<ListExport> => openExport(recommendations, options);
