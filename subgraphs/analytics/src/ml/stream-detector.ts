import { median } from '@cda/platform/ml/robust-statistics.ts';
import { createRollingQuantile } from '@cda/platform/ml/rolling-quantile.ts';
import { suppressRepeats } from './refractory.ts';
import { createSeasonTracker } from './season-tracker.ts';

export interface StreamDetectorOptions {
  /** Days in which the level follows, and the weight of a new day in the season of a time of day. */
  levelDays?: number;
  seasonRate?: number;
  /** Spans in days over which errors are averaged; 0 is the single row. */
  spansDays?: readonly number[];
  /** Past errors that an error is compared with. */
  memoryRows?: number;
  /** Days in which a repeated alarm is no news, and by how much it has to be worse to be news all the same. */
  refractoryDays?: number;
  margin?: number;
}

const dayMs = 86_400_000;
/** Days before errors are remembered as usual: until then the season is being learnt. */
const learningDays = 1.5;
/** How much rarer an error ten times the largest one ever seen is taken to be, in powers of ten. */
const beyondLargest = 3;
/** How rare the first error ever is in a series that had none, in powers of ten. */
const firstError = 3;

/**
 * Surprise of each row of a series finer than a day, by its past alone: −log10 of how rare an error of that size has been.
 *
 * The expected value is level + season of the time of day (`createSeasonTracker`); the error of the row and its mean over
 * about two hours are each ranked among the last `memoryRows`, which needs no assumption on how they are distributed, and
 * the greater surprise counts. Repeats are suppressed (`suppressRepeats`). `times`: n milliseconds, not decreasing, gaps
 * allowed; `values`: n finite numbers. Returns n scores ≥ 0; the caller chooses the threshold: 3 is one row in a thousand.
 * Series with fewer than 50 remembered errors score 0. O(n log memoryRows).
 */
export function scoreStream(
  times: Float64Array,
  values: Float64Array,
  options: StreamDetectorOptions = {},
): Float64Array {
  const { levelDays = 5, seasonRate = 0.15, spansDays = [0, 0.08], memoryRows = 10_000 } = options;
  const { refractoryDays = 1.5, margin = 0.4 } = options;
  const n = values.length;
  const perDay = rowsPerDay(times);
  const tracker = createSeasonTracker({
    slots: perDay,
    warmRows: perDay / 2,
    clipFromRow: perDay * learningDays,
    levelRate: Math.min(1, 1 / (levelDays * perDay)),
    seasonRate,
    scaleRows: Math.max(200, 7 * perDay),
  });
  const spans = spansDays.map((days) => Math.max(1, Math.round(days * perDay)));
  const memories = spans.map(() => createRollingQuantile(memoryRows));
  const sums = new Float64Array(n + 1);
  const scores = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const time = ((times[row]! % dayMs) + dayMs) % dayMs;
    const slot = Math.floor((time / dayMs) * perDay) % perDay;
    const { level, season } = tracker.expect(slot);
    sums[row + 1] = sums[row]! + (row === 0 ? 0 : values[row]! - level - season);
    spans.forEach((span, i) => {
      const from = Math.max(0, row + 1 - span);
      const error = Math.abs(sums[row + 1]! - sums[from]!) / (row + 1 - from);
      // What rounding leaves of an exact prediction is no error.
      const counted = error > 1e-9 * Math.max(1, Math.abs(level)) ? error : 0;
      scores[row] = Math.max(scores[row]!, surprise(counted, memories[i]!));
      if (row > learningDays * perDay) memories[i]!.push(counted);
    });
    tracker.learn(slot, values[row]!);
  }
  return suppressRepeats(scores, Math.round(refractoryDays * perDay), margin);
}

function surprise(error: number, memory: ReturnType<typeof createRollingQuantile>): number {
  if (error === 0 || memory.size < 50) return 0;
  const largest = memory.quantile(1);
  if (largest === 0) return firstError;
  const rank = -Math.log10((memory.countAtLeast(error) + 0.5) / (memory.size + 1));
  return error > largest ? rank + beyondLargest * Math.log10(error / largest) : rank;
}

/** Rows of a day by the usual distance between rows, at least 1. */
function rowsPerDay(times: Float64Array): number {
  const distances: number[] = [];
  for (let row = 1; row < Math.min(times.length, 2_000); row++) distances.push(times[row]! - times[row - 1]!);
  const step = median(distances);
  return step > 0 ? Math.max(1, Math.round(dayMs / step)) : 1;
}
