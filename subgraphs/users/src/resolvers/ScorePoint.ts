import type { ScorePointResolvers } from '../generated/resolvers.ts';

export const ScorePoint: ScorePointResolvers = {
  model: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
};
