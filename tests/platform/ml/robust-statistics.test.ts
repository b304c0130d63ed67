import { median, medianAbsoluteDeviation, quantile } from '@cda/platform/ml/robust-statistics.ts';
import { expect, test } from 'vitest';

test('a quantile interpolates between order statistics and leaves the values as they were', () => {
  const values = [9, 1, 5, 3];
  expect(quantile(values, 0)).toBe(1);
  expect(quantile(values, 1)).toBe(9);
  expect(quantile(values, 0.5)).toBe(4);
  expect(quantile(values, 0.25)).toBeCloseTo(2.5, 12);
  expect(values).toEqual([9, 1, 5, 3]);
});

test('an empty list has no quantile', () => {
  expect(quantile([], 0.5)).toBeNaN();
});

test('the median absolute deviation estimates a standard deviation and shrugs off wild values', () => {
  // Quantiles of a standard normal at (i + ½) / 9, with the largest replaced by something absurd.
  const values = [-1.593, -0.967, -0.589, -0.282, 0, 0.282, 0.589, 0.967, 1e9];
  expect(median(values)).toBe(0);
  expect(medianAbsoluteDeviation(values)).toBeCloseTo(0.589 * 1.4826, 4);
});

test('values of which most are equal have no spread', () => {
  expect(medianAbsoluteDeviation([7, 7, 7, 100])).toBe(0);
});
