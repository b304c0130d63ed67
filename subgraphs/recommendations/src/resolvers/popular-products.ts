import type { QueryResolvers } from '../generated/resolvers.ts';
import { toPage } from '../serving/list.ts';
import { popularList } from '../serving/popular.ts';

export const popularProducts: QueryResolvers['popularProducts'] = async (_root, { first }, context) =>
  toPage(await popularList(context), 'HOME', { first });
