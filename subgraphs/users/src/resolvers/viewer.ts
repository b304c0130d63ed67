import { Account } from '../entities/account.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { findAccountId } from './asking-account.ts';

export const viewer: QueryResolvers['viewer'] = async (_parent, _args, { em, identity }) => {
  const id = findAccountId(identity);
  return id === undefined ? null : em.findOne(Account, { id, disabledAt: null });
};
