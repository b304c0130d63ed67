import { textIn } from '@cda/platform/graph/values.ts';
import type { CustomerSegmentResolvers } from '../generated/resolvers.ts';

export const CustomerSegment: CustomerSegmentResolvers = {
  segment: async ({ segmentId }, _args, { loaders }) => (await loaders.segment.load(segmentId))!,
  name: async ({ segmentId }, args, context) =>
    textIn((await context.loaders.segment.load(segmentId))!.name, args, context),
  model: async ({ versionId }, _args, { loaders }) => (await loaders.version.load(versionId))!,
};
