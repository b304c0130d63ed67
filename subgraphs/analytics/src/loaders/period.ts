import type { Shop } from '@cda/platform/events/clock.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Comparison, DateRange, MetricInterval, MetricRange } from '../generated/resolvers.ts';

/** Days of the shop's calendar, `YYYY-MM-DD`, both inclusive. */
export interface PeriodRow {
  from: string;
  to: string;
}

const dayMs = 86_400_000;
/** Events are from these years, and what is compared with lies before them by as much at the most. */
const firstDay = '1970-01-01';
const lastDay = '2099-12-31';
const maximumPoints = 1_000;
const presetDays: Partial<Record<MetricRange, number>> = {
  TODAY: 1,
  LAST_7_DAYS: 7,
  LAST_28_DAYS: 28,
  LAST_91_DAYS: 91,
  LAST_364_DAYS: 364,
};
const pointDays: Record<MetricInterval, number> = { DAY: 1, WEEK: 7, MONTH: 28 };

/** A day so many days later. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** Days of a period, both ends counted. */
export const lengthInDays = ({ from, to }: PeriodRow): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;

/** The days that a preset means on the shop's today; `firstDay` is the first day with data. */
export function toPeriod(range: MetricRange, { today }: Pick<Shop, 'today'>, firstDay: string | null): PeriodRow {
  const monthStart = `${today.slice(0, 7)}-01`;
  switch (range) {
    case 'THIS_MONTH':
      return { from: monthStart, to: today };
    case 'LAST_MONTH': {
      const to = addDays(monthStart, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
    case 'THIS_YEAR':
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case 'ALL_TIME':
      return { from: firstDay !== null && firstDay < today ? firstDay : today, to: today };
    default:
      return { from: addDays(today, 1 - presetDays[range]!), to: today };
  }
}

/** Own bounds as a period. Throws an argument error where they are the wrong way round or no shop's. */
export function checkPeriod({ from, to }: DateRange): PeriodRow {
  if (from < firstDay || to > lastDay) {
    throw invalidArgument('between', `between takes days from ${firstDay} to ${lastDay}.`);
  }
  if (from > to) throw invalidArgument('between', 'between.from must not be later than between.to.');
  return { from, to };
}

/** The period to compare with: as many days right before, or the same days of the week 52 weeks before. */
export function toComparison(period: PeriodRow, comparison: Comparison): PeriodRow {
  const back = comparison === 'PREVIOUS_YEAR' ? 364 : lengthInDays(period);
  return { from: addDays(period.from, -back), to: addDays(period.to, -back) };
}

/** Throws an argument error where a series would have more points than a page can show. */
export function checkPoints(period: PeriodRow, interval: MetricInterval): void {
  const points = lengthInDays(period) / pointDays[interval];
  if (points > maximumPoints) {
    throw invalidArgument(
      'interval',
      `A point for each ${interval.toLowerCase()} of this period makes more than ${maximumPoints}: take a wider interval or a shorter period.`,
    );
  }
}
