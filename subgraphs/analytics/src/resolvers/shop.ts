import type { QueryResolvers } from '../generated/resolvers.ts';

export const shop: QueryResolvers['shop'] = async (_parent, _args, context) => {
  const { historical, ...rest } = await context.shop();
  return { ...rest, clock: historical ? 'LATEST_EVENT' : 'NOW' };
};
