import type { Resolvers } from '../generated/resolvers.ts';
import { Anomaly } from './Anomaly.ts';
import { AnomalyConnection } from './AnomalyConnection.ts';
import { MetricPoint } from './MetricPoint.ts';
import { Metrics } from './Metrics.ts';
import { Model } from './Model.ts';
import { ModelVersion } from './ModelVersion.ts';
import { models, trainingRun, trainModel } from './model-operations.ts';
import { anomalies } from './query-anomalies.ts';
import { metrics } from './query-metrics.ts';
import { shop } from './shop.ts';
import { TrainingRun } from './TrainingRun.ts';
import { trackEvents } from './track-events.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: { shop, metrics, anomalies, models, trainingRun },
  Mutation: { trackEvents, trainModel },
  Model,
  ModelVersion,
  TrainingRun,
  Metrics,
  MetricPoint,
  Anomaly,
  AnomalyConnection,
};
