import type { QueryResolvers } from '../generated/resolvers.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import { toCountry } from '../serving/countries.ts';
import { toPage } from '../serving/list.ts';
import { popularList } from '../serving/popular.ts';

export const popularProducts: QueryResolvers['popularProducts'] = async (_root, { first, country }, context) => {
  const soldTo = toCountry(country);
  const [{ rules }, { asOf }] = await Promise.all([context.state(), context.shop()]);
  return toPage(
    await popularList(context, { rules: rulesInForce(rules, 'HOME', asOf), country: soldTo, soldTo }),
    'HOME',
    { first },
  );
};
