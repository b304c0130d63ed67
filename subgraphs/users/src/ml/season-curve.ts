import { solvePositiveDefinite } from '@cda/platform/ml/least-squares.ts';

const RADIANS_A_DAY = (2 * Math.PI) / 365.2425;

/** A wave of one year: cosine · cos + sine · sin of the day of the year, in log-odds. */
export interface SeasonCurve {
  cosine: number;
  sine: number;
}

/** How far the customers of one window were from what their features say, in log-odds. */
export interface WindowShift {
  /** Middle of the window, in days since 1970. */
  day: number;
  shift: number;
  variance: number;
}

/**
 * What is assumed of a shop before its own year is known: the calendar of retail. The last quarter sells about a quarter more than
 * the mean of the other three (US Census Bureau, quarterly retail e-commerce sales, not adjusted), which is a wave of 0.2 with its
 * height in the middle of that quarter; leaving is the mirror image of buying.
 */
export const retailCalendar: SeasonCurve = wave(-0.2, 318);

/** Log-odds that windows wander besides the season, and that a shop's season differs from the calendar of retail (deviations). */
const WANDER = 0.15;
const OWN_WAY = 0.2;

function wave(height: number, peakDay: number): SeasonCurve {
  // Day 0 of 1970 was a first of January, so days since 1970 and days of the year share their phase.
  const phase = RADIANS_A_DAY * peakDay;
  return { cosine: height * Math.cos(phase), sine: height * Math.sin(phase) };
}

/**
 * Fits the season by ridge regression of the shifts of windows, towards the calendar of retail. The windows should span a year:
 * on less, a season can't be told from a trend.
 * O(windows).
 */
export function fitSeasonCurve(windows: readonly WindowShift[]): SeasonCurve {
  if (windows.length < 3) return retailCalendar;
  const information = new Float64Array(9);
  const moment = new Float64Array(3);
  const precision = 1 / OWN_WAY ** 2;
  information[0] = 1e-9;
  information[4] = precision;
  information[8] = precision;
  moment[1] = precision * retailCalendar.cosine;
  moment[2] = precision * retailCalendar.sine;
  for (const { day, shift, variance } of windows) {
    const weight = 1 / (variance + WANDER ** 2);
    const row = [1, Math.cos(RADIANS_A_DAY * day), Math.sin(RADIANS_A_DAY * day)] as const;
    for (let i = 0; i < 3; i++) {
      moment[i]! += weight * row[i]! * shift;
      for (let j = 0; j < 3; j++) information[i * 3 + j]! += weight * row[i]! * row[j]!;
    }
  }
  const solved = solvePositiveDefinite(information, moment);
  return solved === undefined ? retailCalendar : { cosine: solved[1]!, sine: solved[2]! };
}

/** Mean of the curve over `days` days from `from` (days since 1970), in closed form. */
export function meanSeason({ cosine, sine }: SeasonCurve, from: number, days: number): number {
  const a = RADIANS_A_DAY * from;
  const b = RADIANS_A_DAY * (from + days);
  return (cosine * (Math.sin(b) - Math.sin(a)) - sine * (Math.cos(b) - Math.cos(a))) / (b - a);
}
