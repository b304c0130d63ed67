import { enqueueTraining } from '@cda/platform/jobs/queue.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';

export const models: QueryResolvers['models'] = () => Object.keys(modelTitles).map((name) => ({ name }));

export const trainingRun: QueryResolvers['trainingRun'] = (_parent, { id }, { loaders }) => loaders.run.load(id);

export const trainModel: MutationResolvers['trainModel'] = async (_parent, { name }, { db, loaders }) => {
  if (!Object.hasOwn(modelTitles, name)) {
    return {
      __typename: 'NotFound',
      code: 'NOT_FOUND',
      path: 'name',
      message: `There is no model of this name. There are: ${Object.keys(modelTitles).join(', ')}.`,
    };
  }
  const run = await loaders.run.load(await enqueueTraining(db, name));
  if (!run) throw new Error('The run that was queued cannot be read.');
  return { __typename: 'TrainingQueued', run };
};
