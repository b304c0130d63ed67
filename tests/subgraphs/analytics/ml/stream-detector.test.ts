import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { scoreStream } from '../../../../subgraphs/analytics/src/ml/stream-detector.ts';
import { sharedData } from '../../../data-folder.ts';
import { loadNab } from '../nab-data.ts';
import { bestThreshold, crossValidatedScore } from '../nab-score.ts';

const data = sharedData('nab-dev.csv.gz');
const windows = sharedData('nab-dev-windows.json');

/** Five-minute rows of two weeks with a daily wave. */
function wave(seed: number, change: (value: number, row: number) => number = (value) => value) {
  const random = createRandom(seed);
  const times = Float64Array.from({ length: 4032 }, (_, row) => Date.UTC(2024, 0, 1) + row * 300_000);
  const values = times.map((_, row) => change(50 + 20 * Math.sin((2 * Math.PI * row) / 288) + random.normal(), row));
  return { times, values };
}
const alarms = (scores: Float64Array, threshold = 3.3): number[] =>
  [...scores.keys()].filter((row) => scores[row]! >= threshold);

test('a row that is wrong for its time of day is an alarm once, though its value is usual', () => {
  const { times, values } = wave(1, (value, row) =>
    row >= 3000 && row < 3020 ? 50 - 20 * Math.sin((2 * Math.PI * row) / 288) : value,
  );
  const found = alarms(scoreStream(times, values)).filter((row) => row > 1000);
  expect(found.some((row) => row >= 3000 && row < 3020)).toBe(true);
  expect(found.length).toBeLessThanOrEqual(4);
});

test('only the past counts: what comes later changes no score', () => {
  const { times, values } = wave(2);
  const whole = scoreStream(times, values);
  const part = scoreStream(times.subarray(0, 3000), values.subarray(0, 3000));
  expect([...part]).toEqual([...whole.subarray(0, 3000)]);
});

test('flat, empty, short, constantly noisy and gappy series raise nothing and no NaN', () => {
  const { times, values } = wave(3);
  expect(scoreStream(new Float64Array(0), new Float64Array(0))).toHaveLength(0);
  expect(
    alarms(
      scoreStream(
        times,
        values.map(() => 7),
      ),
    ),
  ).toEqual([]);
  expect(alarms(scoreStream(times.subarray(0, 40), values.subarray(0, 40)))).toEqual([]);
  const gappy = [...times.keys()].filter((row) => row < 1500 || row > 2100);
  const scores = scoreStream(
    Float64Array.from(gappy, (row) => times[row]!),
    Float64Array.from(gappy, (row) => values[row]!),
  );
  expect(scores.every((score) => Number.isFinite(score))).toBe(true);
  expect(alarms(scores, 4)).toEqual([]);
  const same = new Float64Array(100).fill(times[0]!);
  expect(scoreStream(same, values.subarray(0, 100)).every(Number.isFinite)).toBe(true);
});

test('the first departure of a series that never departed is an alarm', () => {
  const { times } = wave(4);
  const values = times.map((_, row) => (row === 2500 ? 8 : 7));
  expect(alarms(scoreStream(times, values), 3)).toEqual([2500]);
});

test.skipIf(!data || !windows)(
  'on the benchmark’s series it scores above 48.6 at thresholds chosen on other series (skipped without the data)',
  () => {
    const corpus = loadNab(data!, windows!);
    expect([corpus.length, corpus.reduce((sum, one) => sum + one.windows.length, 0)]).toEqual([18, 25]);
    const scores = corpus.map((one) => scoreStream(one.times, one.values));
    const leaveOneOut = crossValidatedScore(
      corpus,
      scores,
      corpus.map((_, i) => i),
    );
    const thirds = [1, 2, 3, 4, 5].map((seed) => {
      const order = createRandom(seed).shuffle([...corpus.keys()]);
      const part: number[] = [];
      order.forEach((series, place) => {
        part[series] = place % 3;
      });
      return crossValidatedScore(corpus, scores, part);
    });
    expect(leaveOneOut).toBeGreaterThan(58);
    expect(Math.min(...thirds)).toBeGreaterThan(55);
    const withoutRefractory = corpus.map((one) =>
      scoreStream(one.times, one.values, { refractoryDays: 0, margin: -1 }),
    );
    const plain = corpus.map((one) => one.values.map((value, row) => Math.abs(value - runningMean(one.values, row))));
    expect(bestThreshold(corpus, scores).score).toBeGreaterThan(bestThreshold(corpus, withoutRefractory).score + 10);
    expect(bestThreshold(corpus, scores).score).toBeGreaterThan(bestThreshold(corpus, plain).score + 40);
  },
);

const sums = new WeakMap<Float64Array, Float64Array>();
/** Mean of all values up to a row. */
function runningMean(values: Float64Array, row: number): number {
  let sum = sums.get(values);
  if (!sum) {
    let total = 0;
    sum = values.map((value) => (total += value));
    sums.set(values, sum);
  }
  return sum[row]! / (row + 1);
}
