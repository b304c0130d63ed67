import { createRollingQuantile } from '@cda/platform/ml/rolling-quantile.ts';
import { createSeasonTracker } from './season-tracker.ts';

export interface DailyOptions {
  /** Weight of a new day in the level, and of a new week in its weekday's season; 0..1. */
  levelRate: number;
  seasonRate: number;
  /** Usual deviations from which a day is an alarm. */
  threshold?: number;
  /** Smallest usual deviation of the square root: ½ for counts, whose chance alone brings that much (Bartlett 1936). */
  floor?: number;
}

/** What each day was expected to bring by the days before it. All arrays have one element a day. */
export interface DailyJudgement {
  /** Expected value, in the unit of the values. */
  expected: Float64Array;
  /** Its two parts, which add up to it: what an average day brings of late, and what the weekday adds or takes. */
  level: Float64Array;
  season: Float64Array;
  /** Bounds of the usual: three usual deviations on either side. */
  low: Float64Array;
  high: Float64Array;
  /** Signed distance from the expected in usual deviations; NaN on days without a value or before enough was learnt. */
  score: Float64Array;
  /** 1 on the first day of a row of alarms on the same side, and on days of it that are half as far again. */
  alarm: Uint8Array;
  /** Expected value and usual deviation on the scale of square roots, for judging other values of the same day. */
  centre: Float64Array;
  deviation: Float64Array;
}

/** Days with a value before the first alarm: every weekday has been seen four times. */
export const learningDays = 28;
export const defaultThreshold = 4;
const usualDeviations = 3;
const scaleDays = 120;
/** A row of alarms is over after so many days without. */
const quietDays = 3;
const worse = 1.5;

/**
 * Judges a figure day by day, each by its past alone: level and weekday by robust exponential smoothing on square roots
 * (`createSeasonTracker`), on which the chance in counts and sums of orders is about as large on great days as on small
 * ones. The usual deviation is the larger of 1.48 × the median absolute error and what 95 % of the errors would make of it,
 * so that a figure which is often a little wild is not an alarm a week.
 *
 * `values`: n days ≥ 0, NaN where the figure has no value that day; `firstWeekday`: 0..6, any numbering. A score is capped
 * at ±99. O(n log n), no randomness.
 */
export function judgeDays(values: Float64Array, firstWeekday: number, options: DailyOptions): DailyJudgement {
  const { threshold = defaultThreshold, floor = 0 } = options;
  const n = values.length;
  const array = (): Float64Array => new Float64Array(n);
  const judgement: DailyJudgement = {
    expected: array(),
    level: array(),
    season: array(),
    low: array(),
    high: array(),
    score: array().fill(Number.NaN),
    alarm: new Uint8Array(n),
    centre: array(),
    deviation: array(),
  };
  const tracker = createSeasonTracker({
    slots: 7,
    warmRows: 7,
    clipFromRow: 14,
    levelRate: options.levelRate,
    seasonRate: options.seasonRate,
    scaleRows: scaleDays,
  });
  const errors = createRollingQuantile(scaleDays);
  let seen = 0;
  for (let day = 0; day < n; day++) {
    const slot = (firstWeekday + day) % 7;
    const { level, season } = tracker.expect(slot);
    const average = Math.max(0, level);
    const centre = Math.max(0, level + season);
    const deviation = Math.max(
      1.4826 * errors.quantile(0.5) || 0,
      errors.quantile(0.95) / 1.96 || 0,
      floor,
      0.01 * average,
    );
    judgement.centre[day] = centre;
    judgement.deviation[day] = deviation;
    judgement.expected[day] = centre ** 2;
    judgement.level[day] = average ** 2;
    judgement.season[day] = centre ** 2 - average ** 2;
    judgement.low[day] = Math.max(0, centre - usualDeviations * deviation) ** 2;
    judgement.high[day] = (centre + usualDeviations * deviation) ** 2;
    if (Number.isNaN(values[day]!)) continue;
    const root = Math.sqrt(Math.max(0, values[day]!));
    if (seen >= learningDays) judgement.score[day] = scoreOf(root, centre, deviation);
    if (seen >= 7) errors.push(Math.abs(root - centre));
    tracker.learn(slot, root);
    seen++;
  }
  markAlarms(judgement, threshold);
  return judgement;
}

/** Score of a value that a day might have had instead of its own. */
export function scoreValue(judgement: DailyJudgement, day: number, value: number): number {
  return scoreOf(Math.sqrt(Math.max(0, value)), judgement.centre[day]!, judgement.deviation[day]!);
}

function scoreOf(root: number, centre: number, deviation: number): number {
  const distance = root - centre;
  if (Math.abs(distance) < 1e-9) return 0;
  return Math.max(-99, Math.min(99, distance / Math.max(deviation, 1e-9)));
}

/** Alarms in a row on one side are one, until it gets much worse. */
function markAlarms(judgement: DailyJudgement, threshold: number): void {
  let side = 0;
  let last = Number.NEGATIVE_INFINITY;
  let told = 0;
  judgement.score.forEach((score, day) => {
    if (!(Math.abs(score) >= threshold)) return;
    const goesOn = Math.sign(score) === side && day - last <= quietDays;
    last = day;
    if (goesOn && Math.abs(score) < worse * told) return;
    side = Math.sign(score);
    told = Math.abs(score);
    judgement.alarm[day] = 1;
  });
}
