import { covarianceAt, minimise } from '@cda/platform/ml/optimise.ts';
import { describe, expect, test } from 'vitest';

describe('minimise', () => {
  test('follows the bent valley of Rosenbrock to its bottom', () => {
    const { x, converged } = minimise((v) => (1 - v[0]!) ** 2 + 100 * (v[1]! - v[0]! ** 2) ** 2, [-1.2, 1]);
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(1, 4);
    expect(x[1]).toBeCloseTo(1, 4);
  });

  test('stays inside a domain that ends in infinity', () => {
    const f = (v: Float64Array): number => (v[0]! > 0 ? v[0]! - Math.log(v[0]!) : Number.POSITIVE_INFINITY);
    expect(minimise(f, [10]).x[0]).toBeCloseTo(1, 4);
  });

  test('refuses a start outside the domain', () => {
    expect(() => minimise(() => Number.NaN, [0])).toThrow(RangeError);
  });
});

test('the covariance at a minimum is the inverse of the second derivatives', () => {
  // f = ½ vᵀ A v with A = [[2, 1], [1, 3]], whose inverse is [[.6, −.2], [−.2, .4]].
  const f = (v: Float64Array): number => v[0]! ** 2 + v[0]! * v[1]! + 1.5 * v[1]! ** 2;
  const covariance = covarianceAt(f, new Float64Array(2))!;
  for (const [i, expected] of [0.6, -0.2, -0.2, 0.4].entries()) expect(covariance[i]).toBeCloseTo(expected, 5);
  expect(covarianceAt((v) => v[0]! ** 2, new Float64Array(2))).toBeUndefined();
});
