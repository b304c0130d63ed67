import { expect, test } from 'vitest';
import type { NabSeries } from './nab-data.ts';
import { bestThreshold, crossValidatedScore, nabScore, probationRows } from './nab-score.ts';

const series = (rows: number, windows: [number, number][]): NabSeries => ({
  name: 'one',
  times: Float64Array.from({ length: rows }, (_, row) => row * 300_000),
  values: new Float64Array(rows),
  windows,
});
const alarmsAt = (rows: number, ...alarms: number[]): Float64Array => {
  const scores = new Float64Array(rows);
  for (const row of alarms) scores[row] = 1;
  return scores;
};

test('silence scores 0, the first row of every window 100', () => {
  const corpus = [
    series(1000, [
      [400, 449],
      [800, 849],
    ]),
  ];
  expect(nabScore(corpus, [alarmsAt(1000)], 0.5)).toBe(0);
  expect(nabScore(corpus, [alarmsAt(1000, 400, 800)], 0.5)).toBeCloseTo(100, 9);
});

test('a window counts its earliest alarm only, and less the later that is', () => {
  const corpus = [series(1000, [[400, 449]])];
  const early = nabScore(corpus, [alarmsAt(1000, 410, 420, 430, 449)], 0.5);
  expect(early).toBe(nabScore(corpus, [alarmsAt(1000, 410)], 0.5));
  const last = nabScore(corpus, [alarmsAt(1000, 449)], 0.5);
  // The last row stands a fiftieth before the end: (1 + (2/(1+e^(−0.1)) − 1)/0.98661) / 2.
  expect(last).toBeCloseTo(50 * (1 + (2 / (1 + Math.exp(-0.1)) - 1) / 0.9866142981514303), 6);
});

test('false alarms cost 0.11 each, next to nothing right after a window, nothing in probation', () => {
  const corpus = [series(1000, [[400, 449]])];
  const base = nabScore(corpus, [alarmsAt(1000, 400)], 0.5);
  expect(base - nabScore(corpus, [alarmsAt(1000, 400, 300)], 0.5)).toBeCloseTo(5.5, 9);
  const after = base - nabScore(corpus, [alarmsAt(1000, 400, 451)], 0.5);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThan(1);
  expect(base - nabScore(corpus, [alarmsAt(1000, 400, 900)], 0.5)).toBeCloseTo(5.5, 9);
  expect(nabScore(corpus, [alarmsAt(1000, 400, 149)], 0.5)).toBe(base);
  expect([probationRows(1000), probationRows(22_695)]).toEqual([150, 750]);
});

test('the best threshold is the best of all thresholds', () => {
  const corpus = [
    series(1000, [
      [400, 449],
      [800, 849],
    ]),
    series(600, []),
  ];
  const scores = corpus.map((one, k) =>
    Float64Array.from(
      { length: one.values.length },
      (_, row) => Math.round(50 * Math.abs(Math.sin(row * 7.7 + k))) / 50,
    ),
  );
  const best = bestThreshold(corpus, scores);
  for (let threshold = 0.02; threshold <= 1; threshold += 0.02) {
    expect(nabScore(corpus, scores, threshold)).toBeLessThanOrEqual(best.score + 1e-9);
  }
  expect(nabScore(corpus, scores, best.threshold)).toBeCloseTo(best.score, 9);
});

test('a threshold that was chosen elsewhere can’t score better than the best one', () => {
  const corpus = [series(1000, [[400, 449]]), series(1000, [[700, 749]])];
  const scores = [alarmsAt(1000, 405, 600), alarmsAt(1000, 200, 720)];
  expect(crossValidatedScore(corpus, scores, [0, 1])).toBeLessThanOrEqual(bestThreshold(corpus, scores).score);
});
