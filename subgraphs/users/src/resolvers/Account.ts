import { scopesOfRole } from '@cda/platform/auth/scopes.ts';
import type { AccountResolvers } from '../generated/resolvers.ts';

export const Account: AccountResolvers = {
  scopes: ({ role }) => [...scopesOfRole(role)],
};
