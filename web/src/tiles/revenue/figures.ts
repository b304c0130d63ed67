import type { MetricInterval, MetricName, PeriodFiguresFragment } from '../../generated/graphql.ts';
import type { Messages } from '../../i18n/en.ts';

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

/** Place of a day in a series whose points are days, weeks or months by their first day; -1 where it is in none. */
export function placeOfDay(series: readonly { date: string }[], day: string, interval: MetricInterval): number {
  if (interval === 'DAY') return series.findIndex(({ date }) => date === day);
  const after = series.findIndex(({ date }) => date > day);
  return after === -1 ? series.length - 1 : after - 1;
}
