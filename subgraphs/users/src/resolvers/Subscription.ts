import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { liveOf, watch } from '@cda/platform/live/live-request.ts';
import { standing } from '@cda/platform/live/source-event.ts';
import type { Context } from '../context.ts';
import type { SubscriptionCustomerChangedArgs, SubscriptionResolvers } from '../generated/resolvers.ts';
import { customerVersions } from '../live/customer-versions.ts';

export const Subscription: SubscriptionResolvers = {
  customerChanged: {
    subscribe: (_parent, { id }, context) => {
      const key = keyOf('Customer', id);
      if (key === undefined)
        throw invalidArgument('id', 'This is no id of a customer: take it from the id field of Customer.');
      const versions = customerVersions(context.db);
      let seen: string | undefined;
      return watch<object>(liveOf(context), {
        concerns: ({ topic, key: name }) => topic === 'model' || (topic === 'projection' && name.startsWith('users.')),
        look: async function* () {
          const version = await versions.load(key);
          if (version === seen) return;
          seen = version;
          yield standing({});
        },
      });
    },
    resolve: (_parent: unknown, { id }: SubscriptionCustomerChangedArgs, { loaders }: Context) =>
      loaders.customer.load(keyOf('Customer', id) ?? ''),
  },
};
