import type { CustomerConnectionResolvers } from '../generated/resolvers.ts';
import { countCustomers } from '../loaders/customer-list.ts';

export const CustomerConnection: CustomerConnectionResolvers = {
  totalCount: ({ selection, asOf }, _args, { db }) => countCustomers(db, asOf, selection),
};
