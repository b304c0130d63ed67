import { createRandom } from '@cda/platform/ml/random.ts';
import { drawBeta, drawGamma } from '@cda/platform/ml/sampling.ts';
import { expect, test } from 'vitest';

const moments = (draw: () => number) => {
  const values = Array.from({ length: 20_000 }, draw);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
};

test.each([
  [0.3, 2],
  [1, 1],
  [7.5, 0.5],
])('gamma draws of shape %d and rate %d have their mean and variance', (shape, rate) => {
  const random = createRandom(1);
  const { mean, variance } = moments(() => drawGamma(random, shape, rate));
  expect(mean / (shape / rate)).toBeCloseTo(1, 1);
  expect(variance / (shape / rate ** 2)).toBeCloseTo(1, 0);
});

test('beta draws have their mean and variance', () => {
  const random = createRandom(2);
  const { mean, variance } = moments(() => drawBeta(random, 2, 6));
  expect(mean).toBeCloseTo(0.25, 2);
  expect(variance).toBeCloseTo(12 / (64 * 9), 2);
});
