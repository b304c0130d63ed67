import { quantile } from '@cda/platform/ml/robust-statistics.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import type { AnomalyInput } from './anomaly-estimator.ts';
import { type ForecastPath, type ForecastRates, forecastFrom } from './day-forecast.ts';

export interface FittedForecast {
  name: string;
  rates: ForecastRates;
  /** `forecastDays` days after the last one, in the unit of the figure; the parts add up to `expected`. */
  expected: Float64Array;
  low: Float64Array;
  high: Float64Array;
  level: Float64Array;
  week: Float64Array;
  year: Float64Array;
}

export const forecastDays = 56;
/** Days before the first origin, and between origins. */
const learningDays = 56;
const originStep = 7;
const judgedDays = 28;
export const confidence = 0.9;

/** The rates that are tried. */
const candidates: readonly ForecastRates[] = [0.05, 0.1, 0.2, 0.35].flatMap((level) =>
  [0, 0.005, 0.02].flatMap((trend) =>
    [0.05, 0.15].flatMap((season) =>
      [0, 0.5, 1].map((year) => ({ level, trend, season, damping: trend === 0 ? 0 : 0.97, year })),
    ),
  ),
);

/**
 * Forecasts of a shop's daily figures, by the rates that foresaw its own past best, with bounds from how wrong they were.
 *
 * From every seventh day as origin the 28 days after it are forecast; rates are chosen on the origins of the first three
 * quarters (all their days), and judged on the last quarter. The bounds at each distance are the 90 % quantile of the errors
 * of all origins at about that distance, on square roots, never narrower than at a shorter one. Measure: mean absolute error
 * over that of repeating the last week, in the mean of the figures; below 1 beats it. No randomness. Throws when no figure
 * has enough days. O(figures × candidates × n).
 */
export function train(input: AnomalyInput, options: Pick<TrainOptions, 'progress'>): Trained<FittedForecast[]> {
  const fitted: FittedForecast[] = [];
  const ratios: number[] = [];
  const averages: number[] = [];
  const covered: number[] = [];
  let rows = 0;
  input.series.forEach(({ name, values, ceiling }, i) => {
    const first = values.findIndex((value) => value > 0);
    options.progress(i / input.series.length);
    if (first < 0) return;
    const days = values.subarray(first);
    const weekday = (input.firstWeekday + first) % 7;
    const origins: number[] = [];
    for (let day = days.length - 1 - judgedDays; day >= learningDays; day -= originStep) origins.unshift(day);
    const cut = days.length - Math.max(judgedDays, Math.min(112, Math.round(days.length / 4)));
    const early = origins.filter((day) => day + judgedDays < cut);
    const late = origins.filter((day) => day + 1 >= cut);
    if (early.length < 4 || late.length === 0) return;
    const rates = choose(days, weekday, early);
    const paths = forecastFrom(days, weekday, rates, origins, judgedDays);
    const isEarly = (k: number): boolean => origins[k]! + judgedDays < cut;
    const reach = boundsOf(
      days,
      paths.filter((_, k) => isEarly(k)),
      origins.filter((_, k) => isEarly(k)),
    );
    let own = 0;
    let naive = 0;
    let averaged = 0;
    let inside = 0;
    let count = 0;
    late.forEach((origin) => {
      const path = paths[origins.indexOf(origin)]!;
      for (let h = 0; h < judgedDays; h++) {
        const value = days[origin + 1 + h]!;
        const repeated = days[origin - 6 + (h % 7)]!;
        if (Number.isNaN(value) || Number.isNaN(repeated)) continue;
        own += Math.abs(value - path.root[h]! ** 2);
        naive += Math.abs(value - repeated);
        averaged += Math.abs(value - weekdayMean(days, origin - 6 + (h % 7)));
        count++;
        if (Math.abs(Math.sqrt(Math.max(0, value)) - path.root[h]!) <= reach[h]!) inside++;
      }
    });
    if (!(naive > 0)) return;
    ratios.push(own / naive);
    averages.push(own / averaged);
    covered.push(inside / count);
    rows += days.length;
    const [path] = forecastFrom(days, weekday, rates, [days.length - 1], forecastDays);
    fitted.push({ name, rates, ...toUnits(path!, boundsOf(days, paths, origins), ceiling) });
  });
  if (fitted.length === 0) throw new RangeError('no figure has enough days to judge a forecast by');
  const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  options.progress(1);
  return {
    fitted,
    rows,
    params: { confidence, forecastDays, rates: Object.fromEntries(fitted.map((one) => [one.name, one.rates])) },
    metrics: {
      intervalCoverage: mean(covered),
      errorAgainstFourWeekMean: mean(averages),
      figures: fitted.length,
    },
    primary: {
      name: 'forecastError',
      value: mean(ratios),
      baselineName: 'the last week repeated',
      baseline: 1,
      higherIsBetter: false,
    },
  };
}

/** Mean of a day and the same weekdays of the three weeks before it. */
function weekdayMean(days: Float64Array, day: number): number {
  const known = [0, 7, 14, 21].map((back) => days[day - back]!).filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

/** The rates whose paths from these origins were least wrong in the sum of absolute errors, on square roots. */
function choose(days: Float64Array, weekday: number, origins: number[]): ForecastRates {
  let best = candidates[0]!;
  let smallest = Number.POSITIVE_INFINITY;
  for (const rates of candidates) {
    const error = errorsOf(days, forecastFrom(days, weekday, rates, origins, judgedDays), origins)
      .flat()
      .reduce((sum, one) => sum + one, 0);
    if (error < smallest - 1e-9) {
      smallest = error;
      best = rates;
    }
  }
  return best;
}

/** Absolute errors on square roots by distance from the origin. */
function errorsOf(days: Float64Array, paths: readonly ForecastPath[], origins: readonly number[]): number[][] {
  return Array.from({ length: judgedDays }, (_, h) =>
    paths.flatMap((path, k) => {
      const value = days[origins[k]! + 1 + h];
      return value === undefined || Number.isNaN(value)
        ? []
        : [Math.abs(Math.sqrt(Math.max(0, value)) - path.root[h]!)];
    }),
  );
}

/** Half the width of the interval by distance, on square roots: errors of the week around a distance, made not to narrow. */
function boundsOf(days: Float64Array, paths: readonly ForecastPath[], origins: readonly number[]): Float64Array {
  const errors = errorsOf(days, paths, origins);
  const reach = new Float64Array(forecastDays);
  for (let h = 0; h < forecastDays; h++) {
    const around = errors.slice(Math.max(0, Math.min(h, judgedDays - 1) - 3), Math.min(h, judgedDays - 1) + 4).flat();
    // The quantile of few errors is too small on average; (m + 1) / m puts it right (conformal prediction).
    const level = Math.min(1, (confidence * (around.length + 1)) / Math.max(1, around.length));
    reach[h] = Math.max(h === 0 ? 0 : reach[h - 1]!, around.length === 0 ? 0 : quantile(around, level));
  }
  return reach;
}

/** A path on square roots as figures. The parts of a square: level², what the weekday adds, what the year adds. */
function toUnits(path: ForecastPath, reach: Float64Array, ceiling: number): Omit<FittedForecast, 'name' | 'rates'> {
  const expected = path.root.map((root) => Math.min(ceiling, root ** 2));
  const level = path.level.map((root) => root ** 2);
  const week = path.level.map((root, h) => (root + path.week[h]!) ** 2 - root ** 2);
  return {
    expected,
    level,
    week,
    year: expected.map((value, h) => value - level[h]! - week[h]!),
    low: path.root.map((root, h) => Math.max(0, root - reach[h]!) ** 2),
    high: path.root.map((root, h) => Math.min(ceiling, (root + reach[h]!) ** 2)),
  };
}
