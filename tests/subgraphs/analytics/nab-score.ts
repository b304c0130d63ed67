import type { NabSeries } from './nab-data.ts';

/** Profile `standard` of the benchmark: what a found window, a false alarm and a missed window count. */
const weights = { found: 1, falseAlarm: 0.11, missed: 1 };

const scaledSigmoid = (x: number): number => (x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1);

/** Rows at the start of a file on which nothing is judged: 15 %, at most 750. */
export const probationRows = (rows: number): number => Math.floor(0.15 * Math.min(rows, 5000));

/** What one row counts when it is an alarm. */
interface Judged {
  score: number;
  /** Gain of finding `window` here, or the (negative) weight of a false alarm where there is none. */
  weight: number;
  window: number;
}

/** Alarms that the benchmark would count in one series, with what each is worth. O(rows). */
function judge(series: NabSeries, scores: Float64Array): Judged[] {
  const judged: Judged[] = [];
  const first = probationRows(scores.length);
  for (let row = first; row < scores.length; row++) {
    if (!(scores[row]! > 0)) continue;
    const inside = series.windows.findIndex(([from, to]) => row >= from && row <= to);
    if (inside >= 0) {
      const [from, to] = series.windows[inside]!;
      const position = -(to - row + 1) / (to - from + 1);
      judged.push({
        score: scores[row]!,
        weight: (weights.found * scaledSigmoid(position)) / scaledSigmoid(-1),
        window: inside,
      });
      continue;
    }
    const before = series.windows.findLast(([, to]) => to < row);
    const penalty = before ? scaledSigmoid((row - before[1]) / (before[1] - before[0])) : -1;
    judged.push({ score: scores[row]!, weight: weights.falseAlarm * penalty, window: -1 });
  }
  return judged;
}

/** Score of one series at a threshold: −1 a window that is missed, at most +1 a window that is found early. */
function scoreSeries(series: NabSeries, judged: readonly Judged[], threshold: number): number {
  const best = series.windows.map(() => -weights.missed);
  let total = 0;
  for (const { score, weight, window } of judged) {
    if (score < threshold) continue;
    if (window >= 0) best[window] = Math.max(best[window]!, weight);
    else total += weight;
  }
  return total + best.reduce((sum, value) => sum + value, 0);
}

/**
 * Numenta's score: 0 for a detector that says nothing, 100 for one that finds every window at its first row without a
 * false alarm. Rows whose score is at least `threshold` are alarms. Source: Lavin and Ahmad 2015, section III, and its
 * published scorer (a window counts its best-placed alarm, every row outside counts).
 */
export function nabScore(corpus: readonly NabSeries[], scores: readonly Float64Array[], threshold: number): number {
  return scaleScore(
    corpus,
    corpus.map((series, i) => scoreSeries(series, judge(series, scores[i]!), threshold)),
  );
}

/** The threshold that scores best, by one sweep down over all scores that were given. O(rows log rows). */
export function bestThreshold(
  corpus: readonly NabSeries[],
  scores: readonly Float64Array[],
): { threshold: number; score: number } {
  const judged = corpus
    .flatMap((series, i) => judge(series, scores[i]!).map((row) => ({ ...row, series: i })))
    .sort((a, b) => b.score - a.score);
  const windows = corpus.map((series) => series.windows.map(() => -weights.missed));
  let total = -weights.missed * windows.flat().length;
  let best = { threshold: Number.POSITIVE_INFINITY, total };
  judged.forEach((row, i) => {
    if (row.window < 0) {
      total += row.weight;
    } else {
      const found = windows[row.series]!;
      const gain = Math.max(0, row.weight - found[row.window]!);
      found[row.window]! += gain;
      total += gain;
    }
    if (judged[i + 1]?.score !== row.score && total > best.total) best = { threshold: row.score, total };
  });
  return { threshold: best.threshold, score: scaleScore(corpus, [best.total]) };
}

/**
 * Score of every part at the threshold that is best on all the other parts, taken together: the threshold has not seen
 * what it is quoted on. `part[i]` names the part of series i.
 */
export function crossValidatedScore(
  corpus: readonly NabSeries[],
  scores: readonly Float64Array[],
  part: readonly number[],
): number {
  const raw = corpus.map(() => 0);
  for (const held of new Set(part)) {
    const pick = <T>(values: readonly T[]): T[] => values.filter((_, i) => part[i] !== held);
    const { threshold } = bestThreshold(pick(corpus), pick(scores));
    corpus.forEach((series, i) => {
      if (part[i] === held) raw[i] = scoreSeries(series, judge(series, scores[i]!), threshold);
    });
  }
  return scaleScore(corpus, raw);
}

function scaleScore(corpus: readonly NabSeries[], raw: readonly number[]): number {
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0);
  const silent = -weights.missed * windows;
  const total = raw.reduce((sum, value) => sum + value, 0);
  return (100 * (total - silent)) / (weights.found * windows - silent);
}
