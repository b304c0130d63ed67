import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { toCountry } from '../serving/countries.ts';
import { toPage } from '../serving/list.ts';
import { listBeside } from '../serving/personal.ts';

const maximum = 100;

export const recommendFor: QueryResolvers['recommendFor'] = async (
  _root,
  { products, first, placement, country },
  context,
) => {
  if (products.length < 1 || products.length > maximum) {
    throw invalidArgument('products', `products takes 1 to ${maximum} ids.`);
  }
  const ids = products.map((id) => {
    const key = keyOf('Product', id);
    if (key === undefined)
      throw invalidArgument('products', 'One of these is no id of a product: take them from the id field of Product.');
    return key;
  });
  return toPage(await listBeside({ productIds: ids, placement, country: toCountry(country) }, context), placement, {
    first,
  });
};
