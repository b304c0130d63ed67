import { loadShop, type Shop } from '@cda/platform/events/clock.ts';
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
import { shareNext } from './serving/share-next.ts';
import { createShopStateStore, type ShopState, type ShopStateStore } from './serving/shop-state.ts';

/** The recommendations subgraph. */
export const recommendations = defineSubgraph<
  Context,
  Pick<Context, 'recommenders' | 'popular'> & { clock: () => Promise<Shop>; shopState: ShopStateStore }
>({
  name: 'recommendations',
  resolvers,
  entities: [ProductEntity],
  migrations,
  projections,
  models,
  start: async ({ db }) => ({
    clock: shareNext(() => loadShop(db)),
    recommenders: createRecommenderStore(db),
    popular: createPopularStore(db),
    shopState: createShopStateStore(db),
  }),
  createContext: (request, { clock, recommenders, popular, shopState }) => {
    let shop: Promise<Shop> | undefined;
    let state: Promise<ShopState> | undefined;
    return {
      ...request,
      loaders: createLoaders(request),
      // Every list asks for it: lists of one moment share the reading.
      shop: () => {
        shop ??= clock();
        return shop;
      },
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
