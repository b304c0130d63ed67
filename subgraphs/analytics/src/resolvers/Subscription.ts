import { loadShop } from '@cda/platform/events/clock.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { liveOf } from '@cda/platform/live/live-request.ts';
import type { Context } from '../context.ts';
import type { SubscriptionMetricsChangedArgs, SubscriptionResolvers } from '../generated/resolvers.ts';
import { foundAnomalies } from '../live/found-anomalies.ts';
import { receivedEvents } from '../live/received-events.ts';
import { changedFigures, runsInProgress } from '../live/standing.ts';
import { toMetrics } from './query-metrics.ts';

const mostModels = 50;

export const Subscription: SubscriptionResolvers = {
  eventsReceived: {
    subscribe: (_parent, args, context) => receivedEvents(context.db, liveOf(context), args),
  },
  metricsChanged: {
    subscribe: async (_parent, args, context) => {
      // A period that cannot be is told now, and not with every change.
      await toMetrics(args, context);
      const { db } = context;
      return changedFigures(db, liveOf(context), async () => (await loadShop(db)).today);
    },
    resolve: (_parent: unknown, args: SubscriptionMetricsChangedArgs, context: Context) => toMetrics(args, context),
  },
  anomalyFound: {
    subscribe: (_parent, args, context) => foundAnomalies(context.db, liveOf(context), args),
  },
  trainingProgress: {
    subscribe: (_parent, { models }, context) => {
      if (models && models.length > mostModels) {
        throw invalidArgument('models', `Name at most ${mostModels} models, or none for all of them.`);
      }
      return runsInProgress(context, liveOf(context), models ?? undefined);
    },
  },
};
