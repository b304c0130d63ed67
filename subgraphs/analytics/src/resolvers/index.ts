import type { Resolvers } from '../generated/resolvers.ts';
import { Anomaly } from './Anomaly.ts';
import { AnomalyConnection } from './AnomalyConnection.ts';
import { dataEpoch } from './data-epoch.ts';
import { Experiment } from './Experiment.ts';
import { ExperimentPreference } from './ExperimentPreference.ts';
import { Event, events, eventTotals, QuarantineConnection, QuarantinedEvent, quarantine } from './event-log.ts';
import {
  archiveExperiment,
  experiment,
  experimentAssignment,
  experimentPlan,
  experiments,
  restoreExperiment,
  saveExperiment,
  startExperiment,
  stopExperiment,
} from './experiments.ts';
import { Forecast } from './Forecast.ts';
import { MetricPoint } from './MetricPoint.ts';
import { Metrics } from './Metrics.ts';
import { MetricValue } from './MetricValue.ts';
import { Model } from './Model.ts';
import { ModelVersion } from './ModelVersion.ts';
import { models, trainingRun, trainModel } from './model-operations.ts';
import { anomalies } from './query-anomalies.ts';
import { forecast } from './query-forecast.ts';
import { metrics } from './query-metrics.ts';
import { recommendationFeedback } from './recommendation-feedback.ts';
import { Subscription } from './Subscription.ts';
import { shop } from './shop.ts';
import { TrainingRun } from './TrainingRun.ts';
import { collectEvents, resubmitEvents, TrackEventsPayload, trackEvents, upsertProducts } from './track-events.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {
  Query: {
    dataEpoch,
    events,
    eventTotals,
    quarantine,
    shop,
    metrics,
    forecast,
    anomalies,
    models,
    trainingRun,
    experiments,
    experiment,
    experimentPlan,
    experimentAssignment,
  },
  Mutation: {
    collectEvents,
    recommendationFeedback,
    resubmitEvents,
    trackEvents,
    upsertProducts,
    trainModel,
    saveExperiment,
    startExperiment,
    stopExperiment,
    archiveExperiment,
    restoreExperiment,
  },
  Subscription,
  Event,
  Model,
  QuarantineConnection,
  QuarantinedEvent,
  ModelVersion,
  TrackEventsPayload,
  TrainingRun,
  Metrics,
  MetricPoint,
  MetricValue,
  Anomaly,
  AnomalyConnection,
  Forecast,
  Experiment,
  ExperimentPreference,
};
