import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { MetricInterval, QueryResolvers } from '../generated/resolvers.ts';
import { loadFigures, loadFirstDay, type PeriodFigures } from '../loaders/metrics.ts';
import { checkPeriod, type PeriodRow, toComparison, toPeriod } from '../loaders/period.ts';

/** Figures of a period, and how its series is to be cut. */
export interface MetricsParent {
  period: PeriodRow;
  interval: MetricInterval;
  figures: PeriodFigures;
  comparedWith: PeriodRow | null;
}

export const metrics: QueryResolvers['metrics'] = async (_parent, args, { db, shop }) => {
  if (args.between === null) throw invalidArgument('between', 'Leave between out, or give it two days.');
  const range = args.range ?? 'LAST_28_DAYS';
  const firstDay = range === 'ALL_TIME' && !args.between ? await loadFirstDay(db) : null;
  const period = args.between ? checkPeriod(args.between) : toPeriod(range, await shop(), firstDay);
  return {
    period,
    interval: args.interval ?? 'DAY',
    figures: await loadFigures(db, period),
    comparedWith: args.compareTo ? toComparison(period, args.compareTo) : null,
  };
};
