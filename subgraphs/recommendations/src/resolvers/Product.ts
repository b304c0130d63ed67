import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { ProductResolvers } from '../generated/resolvers.ts';
import { boughtTogetherList, similarList } from '../serving/beside-product.ts';
import { toCountry } from '../serving/countries.ts';
import { toPage } from '../serving/list.ts';

export const Product: ProductResolvers = {
  similar: async ({ id }, { first, country }, context) => {
    const key = keyOf('Product', id);
    return key === undefined
      ? null
      : toPage(await similarList(key, { country: toCountry(country) }, context), 'PRODUCT', { first });
  },
  boughtTogether: async ({ id }, { first, country }, context) => {
    const key = keyOf('Product', id);
    return key === undefined
      ? null
      : toPage(await boughtTogetherList(key, { country: toCountry(country) }, context), 'PRODUCT', { first });
  },
};
