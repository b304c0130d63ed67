import type { Comparison, DateRange, MetricInterval, MetricRange } from '../generated/graphql.ts';
import { comparisons, intervals, type Preset, presets } from './presets.ts';

/** A period as the graph takes it. */
export interface Period {
  range: MetricRange;
  /** Own bounds, in place of the preset. */
  between: DateRange | null;
  compareTo: Comparison | null;
  interval: MetricInterval;
}

const fallback: Preset = presets[2];
const day = /^\d{4}-\d\d-\d\d$/;
const dayMs = 86_400_000;

const toUtc = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const toDate = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

/** The day `days` after `date`; both are calendar days, so no time zone comes into it. */
export function addDays(date: string, days: number): string {
  return toDate(toUtc(date) + days * dayMs);
}

/** Days from the first to the last, both counted. */
export function daysIn({ from, to }: DateRange): number {
  return Math.round((toUtc(to) - toUtc(from)) / dayMs) + 1;
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return day.test(text) && !Number.isNaN(toUtc(text)) && toDate(toUtc(text)) === text;
}

function ownBounds(text: string): DateRange | null {
  const [from, to, ...rest] = text.split('..');
  if (rest.length > 0 || !from || !to || !isDay(from) || !isDay(to) || from > to) return null;
  return { from, to };
}

function intervalFor(days: number): MetricInterval {
  return days <= 120 ? 'DAY' : days <= 800 ? 'WEEK' : 'MONTH';
}

/** The period that an URL names; what it does not name, or names wrongly, is the default: 28 days beside the 28 before. */
export function readPeriod(search: URLSearchParams): Period {
  const named = search.get('period') ?? '';
  const preset: Preset = presets.find(({ url }) => url === named) ?? fallback;
  const between = ownBounds(named);
  // Before everything there is nothing to compare with.
  const comparison = preset.range === 'ALL_TIME' && !between ? undefined : search.get('compare');
  const interval = intervals.find((name) => name.toLowerCase() === search.get('by'));
  return {
    range: preset.range,
    between,
    compareTo:
      comparison === undefined ? null : (comparisons.find(({ url }) => url === comparison) ?? comparisons[0]).compareTo,
    interval: interval ?? (between ? intervalFor(daysIn(between)) : preset.interval),
  };
}

/** A period as variables of an operation: what is not set is left out. */
export function toVariables({ range, between, compareTo, interval }: Period) {
  return { range, interval, ...(between ? { between } : {}), ...(compareTo ? { compareTo } : {}) };
}

/** Changes of the period, as changes of the URL; the default leaves no trace in it. */
export interface PeriodChange {
  range?: MetricRange;
  between?: DateRange;
  compareTo?: Comparison | null;
  interval?: MetricInterval;
}

/** The URL's parameters after a change of the period; others are kept. */
export function writePeriod(search: URLSearchParams, change: PeriodChange): URLSearchParams {
  const next = new URLSearchParams(search);
  const set = (name: string, value: string, isDefault: boolean) =>
    isDefault ? next.delete(name) : next.set(name, value);
  if (change.between) set('period', `${change.between.from}..${change.between.to}`, false);
  else if (change.range) {
    const preset = presets.find(({ range }) => range === change.range) ?? fallback;
    set('period', preset.url, preset.range === fallback.range);
  }
  if (change.between || change.range) next.delete('by');
  if (change.compareTo !== undefined) {
    const comparison = comparisons.find(({ compareTo }) => compareTo === change.compareTo) ?? comparisons[0];
    set('compare', comparison.url, comparison === comparisons[0]);
  }
  if (change.interval) set('by', change.interval.toLowerCase(), false);
  return next;
}

/** The days of a period by the shop's today; null for all time, whose first day only the graph knows. */
export function periodDays({ range, between }: Pick<Period, 'range' | 'between'>, today: string): DateRange | null {
  if (between) return between;
  const monthStart = `${today.slice(0, 7)}-01`;
  const back = (days: number): DateRange => ({ from: addDays(today, 1 - days), to: today });
  switch (range) {
    case 'TODAY':
      return back(1);
    case 'LAST_7_DAYS':
      return back(7);
    case 'LAST_28_DAYS':
      return back(28);
    case 'LAST_91_DAYS':
      return back(91);
    case 'LAST_364_DAYS':
      return back(364);
    case 'THIS_MONTH':
      return { from: monthStart, to: today };
    case 'LAST_MONTH': {
      const to = addDays(monthStart, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
    case 'THIS_YEAR':
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case 'ALL_TIME':
      return null;
  }
}
