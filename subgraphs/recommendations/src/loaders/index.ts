import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadServedVersions, loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadHistories } from './histories.ts';
import { loadPopular } from './popular.ts';
import { loadProducts } from './products.ts';
import { loadStock } from './stock.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, em, shop }: RequestContext): Context['loaders'] => ({
  history: new DataLoader((keys) => loadHistories(db, keys)),
  product: new DataLoader((ids) => loadProducts(em, ids)),
  stock: new DataLoader((ids) => loadStock(db, ids)),
  servedVersion: new DataLoader((models) => loadServedVersions(db, models)),
  version: new DataLoader((ids) => loadVersions(db, ids)),
  // Everybody's list is the same: asked for once a request whatever the number of strangers.
  popular: new DataLoader(async (keys: readonly 'all'[]) => {
    const rows = await loadPopular(db, (await shop()).asOf);
    return keys.map(() => rows);
  }),
});
