import type { RequestContext } from '@cda/platform/graph/context.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadAnomalies } from './anomalies.ts';
import { loadLatestRuns, loadRuns, loadVersions, loadVersionsOfModels } from './registry.ts';

/** Loaders of one request. */
export const createLoaders = ({ db }: RequestContext): Context['loaders'] => ({
  version: new DataLoader((ids) => loadVersions(db, ids)),
  versionsOfModel: new DataLoader((models) => loadVersionsOfModels(db, models)),
  latestRun: new DataLoader((models) => loadLatestRuns(db, models)),
  run: new DataLoader((ids) => loadRuns(db, ids)),
  anomaly: new DataLoader((keys) => loadAnomalies(db, keys)),
});
