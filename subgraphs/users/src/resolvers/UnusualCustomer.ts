import type { UnusualCustomerResolvers } from '../generated/resolvers.ts';

export const UnusualCustomer: UnusualCustomerResolvers = {
  customer: async ({ customerKey }, _args, { loaders }) => (await loaders.customer.load(customerKey))!,
  model: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
};
