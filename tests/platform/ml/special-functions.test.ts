import { hypergeometric2F1, logBeta, logGamma } from '@cda/platform/ml/special-functions.ts';
import { describe, expect, test } from 'vitest';

describe('special functions', () => {
  test('ln Γ gives factorials and the root of π', () => {
    let factorial = 0;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(factorial, 10);
      factorial += Math.log(n);
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(() => logGamma(0)).toThrow(RangeError);
  });

  test('ln Γ(x + 1) = ln Γ(x) + ln x, for small and large x', () => {
    for (const x of [1e-3, 0.1, 0.7, 3.3, 170.5, 1e5])
      expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 8);
  });

  test('the beta function of whole numbers is a ratio of factorials', () => {
    expect(Math.exp(logBeta(3, 4))).toBeCloseTo((2 * 6) / 720, 12);
  });

  test('₂F₁ gives the functions that it is known to contain', () => {
    expect(hypergeometric2F1(1, 1, 2, 0.5)).toBeCloseTo(-Math.log(0.5) / 0.5, 12);
    expect(hypergeometric2F1(-2, 3, 3, 0.4)).toBeCloseTo((1 - 0.4) ** 2, 12);
    expect(hypergeometric2F1(0.5, 1, 1.5, 0.81)).toBeCloseTo(Math.atanh(0.9) / 0.9, 10);
    expect(() => hypergeometric2F1(1, 1, 2, 1)).toThrow(RangeError);
  });
});
