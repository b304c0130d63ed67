import type { Shop } from '@cda/platform/events/clock.ts';
import type { Pool } from 'pg';
import type { Context } from '../context.ts';
import type { MetricInterval, QueryMetricsArgs, QueryResolvers } from '../generated/resolvers.ts';
import { loadFigures, loadFirstDay, type PeriodFigures } from '../loaders/metrics.ts';
import { checkPeriod, type PeriodRow, toComparison, toPeriod } from '../loaders/period.ts';

/** Figures of a period, and how its series is to be cut. */
export interface MetricsParent {
  period: PeriodRow;
  interval: MetricInterval;
  figures: PeriodFigures;
  comparedWith: PeriodRow | null;
}

export const metrics: QueryResolvers['metrics'] = (_parent, args, context) => toMetrics(args, context);

/** The figures of the period that the arguments name. Throws an argument error where there is no such period. */
export async function toMetrics(
  args: Partial<QueryMetricsArgs>,
  { db, shop }: Pick<Context, 'db' | 'shop'>,
): Promise<MetricsParent> {
  const range = args.range ?? 'LAST_28_DAYS';
  const firstDay = range === 'ALL_TIME' && !args.between ? await loadFirstDay(db) : null;
  const period = args.between ? checkPeriod(args.between) : toPeriod(range, await shop(), firstDay);
  return {
    period,
    interval: args.interval ?? 'DAY',
    figures: await loadFigures(db, period),
    comparedWith: args.compareTo ? await whollyKnown(toComparison(period, args.compareTo), db, shop) : null,
  };
}

/** The period where all of its days are in the data: against a part of one every figure would seem to have grown. */
async function whollyKnown(period: PeriodRow, db: Pool, shop: () => Promise<Shop>): Promise<PeriodRow | null> {
  const [firstDay, { today }] = await Promise.all([loadFirstDay(db), shop()]);
  return firstDay !== null && firstDay <= period.from && period.to <= today ? period : null;
}
