import { fitQuantileBins, toQuantileCodes } from '@cda/platform/ml/quantile-codes.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('quantile codes', () => {
  test('keep the order of values and never part equal ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 2, max: 16 }),
        (values, maxBins) => {
          const x = Float64Array.from(values);
          const codes = toQuantileCodes(fitQuantileBins(x, x.length, 1, maxBins), x, x.length);
          for (const [i, a] of values.entries()) {
            expect(codes[i]).toBeLessThan(maxBins);
            for (const [j, b] of values.entries()) {
              if (a === b) expect(codes[i]).toBe(codes[j]);
              if (a < b) expect(codes[i]).toBeLessThanOrEqual(codes[j]!);
            }
          }
        },
      ),
    );
  });

  test('fill the bins evenly and give few distinct values a bin each', () => {
    const x = Float64Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? i : i % 6));
    const codes = toQuantileCodes(fitQuantileBins(x, 1000, 2, 10), x, 1000);
    const counts = new Float64Array(10);
    for (let i = 0; i < 1000; i++) counts[codes[i]!]!++;
    expect([...counts]).toEqual(new Array(10).fill(100));
    expect(new Set(codes.subarray(1000)).size).toBe(3);
  });

  test('refuse a number of bins that does not fit a byte', () => {
    expect(() => fitQuantileBins(new Float64Array(2), 2, 1, 257)).toThrow(RangeError);
  });
});
