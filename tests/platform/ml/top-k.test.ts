import { topK } from '@cda/platform/ml/top-k.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('the k largest come first, equal ones by their index, whatever the input', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(12), (values, k) => {
      const sorted = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
      expect([...topK(values, k)]).toEqual(sorted.slice(0, k));
    }),
  );
});

test('what is masked by minus infinity never appears', () => {
  expect([...topK([1, Number.NEGATIVE_INFINITY, 3], 5)]).toEqual([2, 0]);
});
