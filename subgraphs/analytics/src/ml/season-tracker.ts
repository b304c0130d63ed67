import { createRollingQuantile } from '@cda/platform/ml/rolling-quantile.ts';

export interface SeasonTrackerOptions {
  /** Slots of the season: 7 for days of the week, 288 for five-minute slots of a day. */
  slots: number;
  /** Rows that are averaged before anything else is learnt. */
  warmRows: number;
  /** Rows after which a surprise is learnt from only as far as `clip` usual deviations. */
  clipFromRow: number;
  /** Weight of a new row in the level, and of a new round in its slot's season; 0..1. */
  levelRate: number;
  seasonRate: number;
  clip?: number;
  /** Rows behind the usual deviation. */
  scaleRows: number;
}

/** What is to be expected next, learnt row by row. */
export interface SeasonTracker {
  /** The two parts of the expected value of a slot. */
  expect(slot: number): { level: number; season: number };
  /** Takes in what came of it. */
  learn(slot: number, value: number): void;
}

/**
 * Level and season by exponential smoothing in which a wild value moves little: the error is clipped at three usual
 * deviations (1.48 × the median absolute error of the last rows) before it is learnt from, as in the robust
 * Holt–Winters of Gelper, Fried and Croux (2010). Only the past is used. O(log scaleRows) a row, O(slots) memory.
 */
export function createSeasonTracker(options: SeasonTrackerOptions): SeasonTracker {
  const { warmRows, clipFromRow, levelRate, seasonRate, clip = 3 } = options;
  const season = new Float64Array(options.slots);
  const rounds = new Float64Array(options.slots);
  const errors = createRollingQuantile(options.scaleRows);
  let level = 0;
  let rows = 0;
  return {
    expect: (slot) => ({ level, season: season[slot]! }),
    learn: (slot, value) => {
      if (rows === 0) level = value;
      const error = value - level - season[slot]!;
      const bound = clip * 1.4826 * errors.quantile(0.5);
      const learnt = rows > clipFromRow && bound > 0 ? Math.max(-bound, Math.min(bound, error)) : error;
      errors.push(Math.abs(error));
      if (rows < warmRows) {
        level += (value - level) / (rows + 1);
      } else {
        // The first rounds count alike, so that a slot is known after a few of them.
        rounds[slot]!++;
        season[slot]! += Math.max(seasonRate, 1 / (1 + rounds[slot]!)) * learnt;
        level += levelRate * learnt;
      }
      rows++;
    },
  };
}
