import type { SegmentFlowResolvers } from '../generated/resolvers.ts';

export const SegmentFlow: SegmentFlowResolvers = {
  from: ({ from }, _args, { loaders }) => loaders.version.load(from),
  to: ({ to }, _args, { loaders }) => loaders.version.load(to),
};
