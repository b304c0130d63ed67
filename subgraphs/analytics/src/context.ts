import type { RequestContext } from '@cda/platform/graph/context.ts';
import type DataLoader from 'dataloader';
import type { AnomalyRow } from './entities/anomaly.ts';
import type { ExperimentResult } from './experiments/results.ts';
import type { ExperimentRow } from './loaders/experiments.ts';
import type { RunRow, VersionRow } from './resolvers/model-row.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  loaders: {
    version: DataLoader<string, VersionRow | null>;
    versionsOfModel: DataLoader<string, VersionRow[]>;
    latestRun: DataLoader<string, RunRow | null>;
    run: DataLoader<string, RunRow | null>;
    /** By `METRIC:day`. */
    anomaly: DataLoader<string, AnomalyRow | null>;
    /** By the experiment's key. */
    experiment: DataLoader<string, ExperimentRow | null>;
    experimentResults: DataLoader<string, ExperimentResult | null>;
  };
}
