import type { QueryResolvers } from '../generated/resolvers.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import { toPage } from '../serving/list.ts';
import { popularList } from '../serving/popular.ts';

export const popularProducts: QueryResolvers['popularProducts'] = async (_root, { first }, context) => {
  const [rules, { asOf }] = await Promise.all([context.loaders.rules.load('all'), context.shop()]);
  return toPage(await popularList(context, { rules: rulesInForce(rules, 'HOME', asOf) }), 'HOME', { first });
};
