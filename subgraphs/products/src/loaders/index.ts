import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadServedVersions, loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadCategories } from './categories.ts';
import { loadElasticities } from './elasticities.ts';
import { loadPriceHistories } from './price-history.ts';
import { loadProducts } from './products.ts';
import { loadWeeklySales } from './weekly-sales.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, em }: RequestContext): Context['loaders'] => ({
  product: new DataLoader((ids) => loadProducts(em, ids)),
  category: new DataLoader((paths) => loadCategories(db, paths)),
  elasticity: new DataLoader((ids) => loadElasticities(em, ids)),
  version: new DataLoader((ids) => loadVersions(db, ids)),
  servedVersion: new DataLoader((models) => loadServedVersions(db, models)),
  priceHistory: perArgument((first) => (ids) => loadPriceHistories(db, ids, first)),
  weeklySales: perArgument((weeks) => (ids) => loadWeeklySales(db, ids, weeks)),
});

/** A loader for each value of a field's argument: the same field may be asked twice with different ones. */
function perArgument<T>(
  batch: (argument: number) => (ids: readonly string[]) => Promise<T[]>,
): (argument: number) => DataLoader<string, T> {
  const loaders = new Map<number, DataLoader<string, T>>();
  return (argument) => {
    const known = loaders.get(argument);
    if (known) return known;
    const made = new DataLoader(batch(argument));
    loaders.set(argument, made);
    return made;
  };
}
