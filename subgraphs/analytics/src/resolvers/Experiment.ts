import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { ExperimentResolvers } from '../generated/resolvers.ts';

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const Experiment: ExperimentResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('Experiment', id);
    return key === undefined ? null : loaders.experiment.load(key);
  },
  id: ({ experiment_id }) => toGlobalId('Experiment', experiment_id),
  key: ({ experiment_id }) => experiment_id,
  audienceShare: ({ audience_share }) => audience_share,
  primaryMetric: ({ primary_metric }) => primary_metric,
  secondaryMetrics: ({ secondary_metrics }) => secondary_metrics,
  guardMetrics: ({ guard_metrics }) => guard_metrics,
  minimumEffect: ({ minimum_effect }) => minimum_effect,
  windowDays: ({ window_days }) => window_days,
  createdAt: ({ created_at }) => new Date(created_at),
  startedAt: ({ started_at }) => moment(started_at),
  stoppedAt: ({ stopped_at }) => moment(stopped_at),
  results: ({ experiment_id, started_at }, _args, { loaders }) =>
    started_at === null ? null : loaders.experimentResults.load(experiment_id),
};
