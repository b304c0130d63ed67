import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import { textIn } from '@cda/platform/graph/values.ts';
import type { SegmentResolvers } from '../generated/resolvers.ts';
import { isUuid, loadCustomerPage } from '../loaders/customer-list.ts';

export const Segment: SegmentResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('Segment', id);
    return key !== undefined && isUuid(key) ? loaders.segment.load(key) : null;
  },
  id: ({ id }) => toGlobalId('Segment', id),
  name: ({ name }, args, context) => textIn(name, args, context),
  description: ({ description }, args, context) => textIn(description, args, context),
  profile: (segment) => segment,
  customers: async ({ id }, { first, after }, { db, shop }) =>
    loadCustomerPage(db, (await shop()).asOf, { where: { segment: toGlobalId('Segment', id) }, first, after }),
  history: ({ id }, _args, { loaders }) => loaders.segmentHistory.load(id),
  model: async ({ versionId }, _args, { loaders }) => (await loaders.version.load(versionId))!,
};
