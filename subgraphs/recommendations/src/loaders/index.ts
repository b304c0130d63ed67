import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadCountries } from './countries.ts';
import { loadMemberships } from './experiments.ts';
import { loadHistories } from './histories.ts';
import { loadProducts } from './products.ts';
import { loadRules } from './rules.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, em }: RequestContext): Context['loaders'] => ({
  country: new DataLoader((keys) => loadCountries(db, keys)),
  membership: new DataLoader((asked) => loadMemberships(db, asked)),
  history: new DataLoader((keys) => loadHistories(db, keys)),
  product: new DataLoader((ids) => loadProducts(em, ids)),
  rules: new DataLoader(async (keys: readonly 'all'[]) => {
    const rows = await loadRules(db);
    return keys.map(() => rows);
  }),
  version: new DataLoader((ids) => loadVersions(db, ids)),
});
