import { fitLogistic, logit, logOddsError, predictLogOdds, sigmoid } from '@cda/platform/ml/logistic-regression.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';

function simulate(n: number, coefficients: number[], intercept: number, seed: number) {
  const random = createRandom(seed);
  const d = coefficients.length;
  const x = Float64Array.from({ length: n * d }, () => random.normal());
  const y = Uint8Array.from({ length: n }, (_, i) => {
    const z = coefficients.reduce((sum, c, j) => sum + c * x[i * d + j]!, intercept);
    return random.next() < sigmoid(z) ? 1 : 0;
  });
  return { x, y };
}

describe('logistic regression', () => {
  test('finds the coefficients that the data was drawn with, within their standard errors', () => {
    const truth = [1.2, -0.7, 0];
    const { x, y } = simulate(20_000, truth, -0.4, 1);
    const model = fitLogistic(x, y, 3);
    for (const [j, value] of [...truth, -0.4].entries()) {
      const estimate = j < 3 ? model.coefficients[j]! : model.intercept;
      const error = Math.sqrt(model.covariance[j * 4 + j]!);
      expect(Math.abs(estimate - value)).toBeLessThan(3.5 * error);
      expect(error).toBeLessThan(0.03);
    }
  });

  test('without columns is the logarithm of the odds of the base rate', () => {
    const { intercept } = fitLogistic(new Float64Array(0), [1, 0, 0, 0], 0);
    expect(intercept).toBeCloseTo(logit(0.25), 6);
  });

  test('stays finite where the outcome is known for certain, thanks to the ridge', () => {
    const x = Float64Array.from([-2, -1, 1, 2]);
    const { coefficients, intercept } = fitLogistic(x, [0, 0, 1, 1], 1, { l2: 1 });
    expect(coefficients[0]).toBeGreaterThan(0.3);
    expect(coefficients[0]).toBeLessThan(5);
    expect(intercept).toBeCloseTo(0, 6);
  });

  test('counts a row of weight 2 like two rows, and a row of weight 0 not at all', () => {
    const twice = fitLogistic(Float64Array.from([0, 1, 1, 2, 3]), [0, 1, 1, 0, 1], 1, { l2: 0.1 });
    const weighted = fitLogistic(Float64Array.from([0, 1, 2, 3, 9]), [0, 1, 0, 1, 0], 1, {
      l2: 0.1,
      weights: Float64Array.of(1, 2, 1, 1, 0),
    });
    expect(weighted.coefficients[0]).toBeCloseTo(twice.coefficients[0]!, 6);
    expect(weighted.intercept).toBeCloseTo(twice.intercept, 6);
  });

  test('takes known log-odds as an offset', () => {
    const { x, y } = simulate(4000, [1.5], 0.3, 2);
    const { coefficients, intercept } = fitLogistic(x, y, 1, { offset: x.map((v) => 1.5 * v) });
    expect(Math.abs(coefficients[0]!)).toBeLessThan(0.15);
    expect(intercept).toBeCloseTo(0.3, 0);
  });

  test('gives the same scores from columns that repeat each other', () => {
    const { x, y } = simulate(500, [1], 0, 3);
    const doubled = Float64Array.from({ length: 1000 }, (_, i) => x[i >> 1]!);
    const one = predictLogOdds(fitLogistic(x, y, 1, { l2: 1 }), x);
    const two = predictLogOdds(fitLogistic(doubled, y, 2, { l2: 2 }), doubled);
    for (const [i, score] of one.entries()) expect(two[i]).toBeCloseTo(score, 5);
  });

  test('is surer of rows near the middle of the data than of rows far out', () => {
    const { x, y } = simulate(500, [1], 0, 4);
    const model = fitLogistic(x, y, 1);
    expect(logOddsError(model, [0])).toBeLessThan(logOddsError(model, [6]));
  });

  test('refuses shapes that do not fit and values that are no numbers', () => {
    expect(() => fitLogistic(new Float64Array(3), [0, 1], 2)).toThrow(RangeError);
    expect(() => fitLogistic(Float64Array.of(Number.NaN, 1), [0, 1], 1)).toThrow(RangeError);
  });
});
