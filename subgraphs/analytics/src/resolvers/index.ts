import type { Resolvers } from '../generated/resolvers.ts';
import { Model } from './Model.ts';
import { ModelVersion } from './ModelVersion.ts';
import { models, trainingRun, trainModel } from './model-operations.ts';
import { shop } from './shop.ts';
import { TrainingRun } from './TrainingRun.ts';
import { trackEvents } from './track-events.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: { shop, models, trainingRun },
  Mutation: { trackEvents, trainModel },
  Model,
  ModelVersion,
  TrainingRun,
};
