import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { MetricName, QueryResolvers } from '../generated/resolvers.ts';
import { type ForecastRow, loadForecast } from '../loaders/forecast.ts';
import { forecastDays } from '../ml/forecast-estimator.ts';

/** A figure's forecast, as far as it was asked for. */
export interface ForecastParent {
  metric: MetricName;
  points: ForecastRow[];
}

export const forecast: QueryResolvers['forecast'] = async (_parent, { metric, days }, { db }) => {
  const asked = days ?? 28;
  if (asked < 1 || asked > forecastDays) {
    throw invalidArgument('days', `days takes a number from 1 to ${forecastDays}.`);
  }
  return { metric, points: await loadForecast(db, metric, asked) };
};
