import type { MetricInterval, MetricRange } from '../generated/graphql.ts';
import type { Words } from '../i18n/words.ts';

/** A period that can be chosen. `key` is what buttons carry and what the texts are named by. */
export interface ChosenPeriod {
  key: keyof Words['periods'];
  range: MetricRange;
  /** Width of a point in the chart: 7 to 91 points are readable on a phone. */
  interval: MetricInterval;
  /** Whether there is a period before it. */
  compared: boolean;
}

/** The one table of periods: buttons, queries and charts go by it. */
export const periods: readonly ChosenPeriod[] = [
  { key: '7', range: 'LAST_7_DAYS', interval: 'DAY', compared: true },
  { key: '28', range: 'LAST_28_DAYS', interval: 'DAY', compared: true },
  { key: '91', range: 'LAST_91_DAYS', interval: 'DAY', compared: true },
  { key: '364', range: 'LAST_364_DAYS', interval: 'WEEK', compared: true },
  { key: 'all', range: 'ALL_TIME', interval: 'MONTH', compared: false },
];

const usual = periods.find((period) => period.key === '28') as ChosenPeriod;

/** The period that a button names, or the usual 28 days. */
export function periodOf(key: string | undefined): ChosenPeriod {
  return periods.find((period) => period.key === key) ?? usual;
}
