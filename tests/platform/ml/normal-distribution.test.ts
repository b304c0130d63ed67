import { normalCdf, normalQuantile, normalTail } from '@cda/platform/ml/normal-distribution.ts';
import { expect, test } from 'vitest';

test('tails agree with published tables', () => {
  expect(normalTail(0)).toBeCloseTo(0.5, 7);
  expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 7);
  expect(normalCdf(-3)).toBeCloseTo(0.0013498980316300933, 9);
  expect(normalTail(6) / 9.865876450377018e-10).toBeCloseTo(1, 5);
});

test('quantile and distribution undo each other, in the middle and in both tails', () => {
  for (const probability of [1e-9, 1e-4, 0.02, 0.3, 0.5, 0.7, 0.98, 0.9999]) {
    expect(normalCdf(normalQuantile(probability)) / probability).toBeCloseTo(1, 5);
  }
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 7);
});

test('probabilities at and past the ends give infinities and NaN', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(1.5)).toBeNaN();
});
