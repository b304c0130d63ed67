import type { CustomerIdentityResolvers } from '../generated/resolvers.ts';
import { loadMergesOf } from '../identity/merges.ts';

/** All keys of one customer. */
export interface CustomerIdentityParent {
  keys: readonly string[];
}

const idsOf = (keys: readonly string[], prefix: 'u:' | 'a:'): string[] =>
  keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(2));

export const CustomerIdentity: CustomerIdentityResolvers = {
  userIds: ({ keys }) => idsOf(keys, 'u:'),
  anonymousIds: ({ keys }) => idsOf(keys, 'a:'),
  merges: ({ keys }, _args, { db }) => loadMergesOf(db, keys),
};
