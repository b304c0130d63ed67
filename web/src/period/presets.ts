import type { Comparison, MetricInterval, MetricRange } from '../generated/graphql.ts';

/** One preset: what the graph calls it, how the URL writes it, which key chooses it, how wide its points are. */
export interface Preset {
  range: MetricRange;
  url: string;
  key: string;
  interval: MetricInterval;
}

/** The one table of periods: the menu, the URL and the keyboard all come from it. */
export const presets = [
  { range: 'TODAY', url: 'today', key: 'd', interval: 'DAY' },
  { range: 'LAST_7_DAYS', url: '7d', key: 'w', interval: 'DAY' },
  { range: 'LAST_28_DAYS', url: '28d', key: 'm', interval: 'DAY' },
  { range: 'LAST_91_DAYS', url: '91d', key: 'q', interval: 'DAY' },
  { range: 'LAST_364_DAYS', url: '364d', key: 'y', interval: 'WEEK' },
  { range: 'THIS_MONTH', url: 'month', key: 't', interval: 'DAY' },
  { range: 'LAST_MONTH', url: 'last-month', key: 'l', interval: 'DAY' },
  { range: 'THIS_YEAR', url: 'year', key: 'j', interval: 'WEEK' },
  { range: 'ALL_TIME', url: 'all', key: 'a', interval: 'MONTH' },
] as const satisfies readonly Preset[];

/** What periods can be compared with, likewise. */
export const comparisons = [
  { compareTo: 'PREVIOUS_PERIOD', url: 'previous' },
  { compareTo: 'PREVIOUS_YEAR', url: 'year' },
  { compareTo: null, url: 'none' },
] as const satisfies readonly { compareTo: Comparison | null; url: string }[];

export const intervals = ['DAY', 'WEEK', 'MONTH'] as const satisfies readonly MetricInterval[];
