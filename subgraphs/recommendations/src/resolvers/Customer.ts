import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { CustomerResolvers } from '../generated/resolvers.ts';
import { toPage } from '../serving/list.ts';
import { personalList } from '../serving/personal.ts';

export const Customer: CustomerResolvers = {
  recommendations: async ({ id }, { placement, first, after }, context) => {
    const key = keyOf('Customer', id);
    if (key === undefined) return null;
    return toPage(await personalList(key, placement, context), placement, { first, after });
  },
};
