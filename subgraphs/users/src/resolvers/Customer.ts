import { pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { CustomerResolvers } from '../generated/resolvers.ts';
import { cursorOfEntry, timelineKinds } from '../loaders/timeline.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('Customer', id);
    return key === undefined ? null : loaders.customer.load(key);
  },
  id: ({ customerKey }) => toGlobalId('Customer', customerKey),
  revenue: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
  identity: async ({ customerKey }, _args, { loaders }) => ({ keys: await loaders.customerKeys.load(customerKey) }),
  rfm: (customer) => (customer.orderCount > 0 && customer.lastOrderAt ? customer : null),
  segment: ({ customerKey }, _args, { loaders }) => loaders.customerSegment.load(customerKey),
  ruleSegments: async ({ customerKey }, _args, { loaders }) => {
    const [all, held] = await Promise.all([loaders.ruleSegments(), loaders.rulesOfCustomer.load(customerKey)]);
    return all.filter(({ id }) => held.includes(id));
  },
  churn: async (customer, _args, { loaders }) => ({
    customer,
    row: await loaders.churnScore.load(customer.customerKey),
  }),
  lifetimeValue: async (customer, _args, { loaders }) => ({
    customer,
    row: await loaders.lifetimeValue.load(customer.customerKey),
  }),
  timeline: async ({ customerKey }, { first, after, kinds }, { loaders }) => {
    const size = pageSize(first);
    if (kinds?.length === 0) throw invalidArgument('kinds', 'kinds takes at least one kind; leave it out for all.');
    const wanted = timelineKinds.filter((kind) => !kinds || kinds.includes(kind));
    const keys = await loaders.customerKeys.load(customerKey);
    const rows = await loaders.timeline({ limit: size + 1, after, kinds: wanted }).load({ key: customerKey, keys });
    return toConnection(rows, size, cursorOfEntry, after);
  },
};
