import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { loadCategoryTree } from '../loaders/categories.ts';
import { loadProductPage } from '../loaders/product-list.ts';

export const product: QueryResolvers['product'] = (_parent, { id, externalId }, { loaders }) => {
  if ((id ?? externalId ?? '') === '' || (id && externalId)) {
    throw invalidArgument('id', 'Give either id or externalId.');
  }
  const key = id ? keyOf('Product', id) : externalId;
  return key ? loaders.product.load(key) : null;
};

export const products: QueryResolvers['products'] = (_parent, args, { db }) => loadProductPage(db, args);

export const categories: QueryResolvers['categories'] = (_parent, _args, { db }) => loadCategoryTree(db);
