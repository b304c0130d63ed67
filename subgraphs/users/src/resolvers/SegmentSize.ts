import type { SegmentSizeResolvers } from '../generated/resolvers.ts';

export const SegmentSize: SegmentSizeResolvers = {
  model: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
};
