import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadServedVersions, loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadArrivals } from './arrivals.ts';
import { loadHistories } from './histories.ts';
import { loadOffers } from './offers.ts';
import { loadProducts } from './products.ts';
import { loadRules } from './rules.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, em }: RequestContext): Context['loaders'] => ({
  arrivals: new DataLoader((moments) => loadArrivals(em, moments)),
  history: new DataLoader((keys) => loadHistories(db, keys)),
  product: new DataLoader((ids) => loadProducts(em, ids)),
  offer: new DataLoader((ids) => loadOffers(db, ids)),
  rules: new DataLoader(async (keys: readonly 'all'[]) => {
    const rows = await loadRules(db);
    return keys.map(() => rows);
  }),
  servedVersion: new DataLoader((models) => loadServedVersions(db, models)),
  version: new DataLoader((ids) => loadVersions(db, ids)),
});
