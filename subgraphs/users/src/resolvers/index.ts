import type { Resolvers } from '../generated/resolvers.ts';
import { accountResolvers } from './accounts.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  ...accountResolvers,
};
