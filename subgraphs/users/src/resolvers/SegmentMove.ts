import { textIn } from '@cda/platform/graph/values.ts';
import type { SegmentMoveResolvers } from '../generated/resolvers.ts';

export const SegmentMove: SegmentMoveResolvers = {
  from: ({ from }, args, context) => from && textIn(from, args, context),
  to: ({ to }, args, context) => to && textIn(to, args, context),
};
