import { createRollingQuantile } from '@cda/platform/ml/rolling-quantile.ts';

/** How fast a forecast follows what it sees. */
export interface ForecastRates {
  /** Weights of a new day in level, trend and its weekday's season; 0..1. */
  level: number;
  trend: number;
  season: number;
  /** How much of the trend is left a day later; below 1 it dies away. */
  damping: number;
  /** Share of last year's course that is expected again; 0 leaves it out. */
  year: number;
}

/** What the days after an origin are expected to bring, on the scale of square roots; `level`, `week`, `year` add up to `root`. */
export interface ForecastPath {
  root: Float64Array;
  level: Float64Array;
  week: Float64Array;
  year: Float64Array;
}

const scaleDays = 90;
const clip = 3;
const yearDays = 364;
const yearWindow = 7;

/**
 * Forecasts of a daily figure from several origins in one pass: additive Holt–Winters with damped trend (Gardner and McKenzie
 * 1985; as innovations state space in Hyndman et al. 2008, chapter 2) on square roots, learning from errors clipped at three
 * usual deviations, times the course of the same weeks a year before where the rates want it and the days are there.
 *
 * `values`: n days ≥ 0, NaN where there is no value (skipped); `origins`: ascending days after which a path begins, each seeing
 * days ≤ origin only; `firstWeekday`: any numbering of 7. O(n + origins × horizon).
 */
export function forecastFrom(
  values: Float64Array,
  firstWeekday: number,
  rates: ForecastRates,
  origins: readonly number[],
  horizon: number,
): ForecastPath[] {
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  const season = new Float64Array(7);
  const rounds = new Float64Array(7);
  const errors = createRollingQuantile(scaleDays);
  let level = 0;
  let trend = 0;
  let seen = 0;
  let next = 0;
  const paths: ForecastPath[] = [];
  for (let day = 0; day < values.length; day++) {
    const slot = (firstWeekday + day) % 7;
    const root = roots[day]!;
    if (!Number.isNaN(root)) {
      if (seen === 0) level = root;
      const error = root - level - rates.damping * trend - season[slot]!;
      const bound = clip * 1.4826 * errors.quantile(0.5);
      const learnt = seen > 14 && bound > 0 ? Math.max(-bound, Math.min(bound, error)) : error;
      errors.push(Math.abs(error));
      if (seen < 7) {
        level += (root - level) / (seen + 1);
      } else {
        rounds[slot]!++;
        level += rates.damping * trend + rates.level * learnt;
        trend = rates.damping * trend + rates.trend * learnt;
        season[slot]! += Math.max(rates.season, 1 / (1 + rounds[slot]!)) * learnt;
      }
      seen++;
    }
    if (origins[next] === day) {
      next++;
      paths.push(project(roots, day, horizon, firstWeekday, rates, level, trend, season));
    }
  }
  return paths;
}

function project(
  roots: Float64Array,
  origin: number,
  horizon: number,
  firstWeekday: number,
  rates: ForecastRates,
  level: number,
  trend: number,
  season: Float64Array,
): ForecastPath {
  const path = {
    root: new Float64Array(horizon),
    level: new Float64Array(horizon),
    week: new Float64Array(horizon),
    year: new Float64Array(horizon),
  };
  const before = rates.year > 0 ? meanAround(roots, origin - yearDays - yearWindow, yearWindow) : Number.NaN;
  let base = level;
  let slope = trend;
  for (let h = 0; h < horizon; h++) {
    slope *= rates.damping;
    base += slope;
    const plain = Math.max(0, base);
    const weekly = Math.max(0, base + season[(firstWeekday + origin + 1 + h) % 7]!);
    const then = rates.year > 0 ? meanAround(roots, origin + 1 + h - yearDays, 3, origin) : Number.NaN;
    const course = before > 0 && then > 0 ? Math.min(2, Math.max(0.5, then / before)) ** rates.year : 1;
    path.root[h] = weekly * course;
    path.level[h] = plain;
    path.week[h] = weekly - plain;
    path.year[h] = weekly * (course - 1);
  }
  return path;
}

/** Mean of the days within `reach` of `centre`, none after `last`; NaN where one of them has no value. */
function meanAround(roots: Float64Array, centre: number, reach: number, last = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  let count = 0;
  for (let day = centre - reach; day <= centre + reach; day++) {
    if (day < 0 || day >= roots.length || day > last) return Number.NaN;
    sum += roots[day]!;
    count++;
  }
  return sum / count;
}
