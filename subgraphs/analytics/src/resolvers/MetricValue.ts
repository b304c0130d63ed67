import { textIn } from '@cda/platform/graph/values.ts';
import { measureTitle } from '@cda/platform/models/measure-titles.ts';
import type { MetricValueResolvers } from '../generated/resolvers.ts';

export const MetricValue: MetricValueResolvers = {
  title: ({ name }, args, context) => textIn(measureTitle(name), args, context),
  baselineTitle: ({ baselineName }, args, context) =>
    baselineName == null ? null : textIn(measureTitle(baselineName), args, context),
};
