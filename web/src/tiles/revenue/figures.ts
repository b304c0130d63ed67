import type { MetricInterval, MetricName, PeriodFiguresFragment } from '../../generated/graphql.ts';
import type { Messages } from '../../i18n/en.ts';
import { addDays } from '../../period/period.ts';

type Point = PeriodFiguresFragment['series'][number];

/** A figure that the chart can show. */
export interface ChartFigure {
  name: 'revenue' | 'netRevenue' | 'orders' | 'customers' | 'visits' | 'units';
  label: keyof Pick<Messages['kpi'], 'revenue' | 'netRevenue' | 'orders' | 'customers' | 'visits' | 'units'>;
  money: boolean;
  /** What the anomaly model calls it, where it watches it. */
  watchedAs?: MetricName;
  value(point: Point): number;
}

export const chartFigures = [
  { name: 'revenue', label: 'revenue', money: true, watchedAs: 'REVENUE', value: (point) => point.revenue.amountMinor },
  { name: 'netRevenue', label: 'netRevenue', money: true, value: (point) => point.netRevenue.amountMinor },
  { name: 'orders', label: 'orders', money: false, watchedAs: 'ORDERS', value: (point) => point.orders },
  { name: 'customers', label: 'customers', money: false, watchedAs: 'CUSTOMERS', value: (point) => point.customers },
  { name: 'units', label: 'units', money: false, value: (point) => point.units },
  { name: 'visits', label: 'visits', money: false, watchedAs: 'VISITS', value: (point) => point.visits },
] as const satisfies readonly ChartFigure[];

/** Whether the last point of a series holds only a part of its day, week or month: the period, or the day, ends before it does. */
export function endsOpen(
  lastPoint: string,
  interval: MetricInterval,
  periodEnd: string,
  dayIsRunning: boolean,
): boolean {
  if (interval === 'DAY') return dayIsRunning && lastPoint === periodEnd;
  const lastDay =
    interval === 'WEEK'
      ? addDays(lastPoint, 6)
      : addDays(`${addDays(`${lastPoint.slice(0, 7)}-28`, 4).slice(0, 7)}-01`, -1);
  return lastDay > periodEnd || (lastDay === periodEnd && dayIsRunning);
}

/** Place of a day in a series whose points are days, weeks or months by their first day; -1 where it is in none. */
export function placeOfDay(series: readonly { date: string }[], day: string, interval: MetricInterval): number {
  if (interval === 'DAY') return series.findIndex(({ date }) => date === day);
  const after = series.findIndex(({ date }) => date > day);
  return after === -1 ? series.length - 1 : after - 1;
}
