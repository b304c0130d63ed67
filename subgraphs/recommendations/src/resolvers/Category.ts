import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { CategoryResolvers } from '../generated/resolvers.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import { toCountry } from '../serving/countries.ts';
import { toPage } from '../serving/list.ts';
import { popularList } from '../serving/popular.ts';

export const Category: CategoryResolvers = {
  trending: async ({ id }, { first, country }, context) => {
    const category = keyOf('Category', id);
    if (category === undefined) return null;
    const soldTo = toCountry(country);
    const [{ rules }, { asOf }] = await Promise.all([context.state(), context.shop()]);
    return toPage(
      await popularList(context, {
        within: { category },
        rules: rulesInForce(rules, 'HOME', asOf),
        country: soldTo,
        soldTo,
      }),
      'HOME',
      { first },
    );
  },
};
