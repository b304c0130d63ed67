import type { RequestContext } from '@cda/platform/graph/context.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { toResults } from '../experiments/results.ts';
import { loadAnomalies } from './anomalies.ts';
import { loadExperimentCounts } from './experiment-results.ts';
import { loadExperiments } from './experiments.ts';
import { loadLatestRuns, loadRuns, loadVersions, loadVersionsOfModels } from './registry.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, shop }: RequestContext): Context['loaders'] => {
  const experiment: Context['loaders']['experiment'] = new DataLoader((keys) => loadExperiments(db, keys));
  return {
    version: new DataLoader((ids) => loadVersions(db, ids)),
    versionsOfModel: new DataLoader((models) => loadVersionsOfModels(db, models)),
    latestRun: new DataLoader((models) => loadLatestRuns(db, models)),
    run: new DataLoader((ids) => loadRuns(db, ids)),
    anomaly: new DataLoader((keys) => loadAnomalies(db, keys)),
    experiment,
    experimentResults: new DataLoader(async (keys) => {
      const { asOf } = await shop();
      const [states, counts] = await Promise.all([experiment.loadMany(keys), loadExperimentCounts(db, keys, asOf)]);
      return states.map((state, i) => (state instanceof Error ? state : state && toResults(state, counts[i]!, asOf)));
    }),
  };
};
