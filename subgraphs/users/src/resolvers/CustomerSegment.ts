import { textIn } from '@cda/platform/graph/values.ts';
import type { CustomerSegmentResolvers } from '../generated/resolvers.ts';
import { explainSegment } from '../models/segment-reasons.ts';

export const CustomerSegment: CustomerSegmentResolvers = {
  segment: async ({ segmentId }, _args, { loaders }) => (await loaders.segment.load(segmentId))!,
  name: async ({ segmentId }, args, context) =>
    textIn((await context.loaders.segment.load(segmentId))!.name, args, context),
  reasons: async ({ customerKey }, _args, { loaders, shop }) => {
    const kept = await loaders.segmentCase.load(customerKey);
    return kept ? explainSegment(kept, (await shop()).currency) : [];
  },
  model: async ({ versionId }, _args, { loaders }) => (await loaders.version.load(versionId))!,
};
