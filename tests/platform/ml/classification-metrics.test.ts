import {
  averagePrecision,
  brierScore,
  calibrationError,
  calibrationTable,
  logLoss,
  rocAuc,
} from '@cda/platform/ml/classification-metrics.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 9 })), {
  minLength: 1,
  maxLength: 60,
});

describe('the area under the ROC curve', () => {
  test('is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(labelled, (rows) => {
        const labels = rows.map(([label]) => label);
        const scores = rows.map(([, score]) => score);
        let pairs = 0;
        let right = 0;
        for (const [i, a] of rows.entries()) {
          for (const [j, b] of rows.entries()) {
            if (i === j || a[0] !== 1 || b[0] !== 0) continue;
            pairs++;
            right += a[1] > b[1] ? 1 : a[1] === b[1] ? 0.5 : 0;
          }
        }
        const auc = rocAuc(labels, scores);
        if (pairs === 0) expect(auc).toBeUndefined();
        else expect(auc).toBeCloseTo(right / pairs, 12);
      }),
    );
  });
});

test('average precision is the mean precision at the positives when scores differ', () => {
  // Positives at ranks 1, 3 and 4 of 5: (1 + 2/3 + 3/4) / 3.
  expect(averagePrecision([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.1])).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
  expect(averagePrecision([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])).toBeCloseTo(0.5, 12);
  expect(averagePrecision([0, 0], [0.1, 0.2])).toBeUndefined();
});

test('Brier score and log loss are those of the definitions', () => {
  expect(brierScore([1, 0], [0.8, 0.3])).toBeCloseTo((0.04 + 0.09) / 2, 12);
  expect(logLoss([1, 0], [0.8, 0.3])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.7)) / 2, 12);
  expect(brierScore([], [])).toBeUndefined();
  expect(logLoss([1], [0])).toBeLessThan(30);
});

test('the calibration error weighs each bin by its rows', () => {
  const labels = [1, 1, 0, 0, 0, 1, 0, 0];
  const probabilities = [0.91, 0.95, 0.97, 0.11, 0.12, 0.13, 0.14, 0.15];
  // High bin: 3 rows at mean .943, two thirds positive; low bin: 5 rows at mean .13, one fifth positive.
  const expected = (3 * Math.abs(2 / 3 - (0.91 + 0.95 + 0.97) / 3) + 5 * Math.abs(0.2 - 0.13)) / 8;
  expect(calibrationError(labels, probabilities)).toBeCloseTo(expected, 12);
  expect(calibrationTable(labels, probabilities).map(({ count }) => count)).toEqual([5, 3]);
  expect(calibrationError([], [])).toBeUndefined();
});
