import { invertSymmetric } from '@cda/platform/ml/blocked-cholesky.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';

/** A Aᵀ + n I for a random A: positive definite. */
function randomMatrix(n: number): Float64Array {
  const random = createRandom(n);
  const a = Float64Array.from({ length: n * n }, () => random.normal());
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? n : 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * a[j * n + k]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

test.each([1, 2, 63, 64, 65, 130, 200])('the inverse of %i × %i times the matrix is the unit matrix', (n) => {
  const matrix = randomMatrix(n);
  const inverse = invertSymmetric(matrix, n);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += matrix[i * n + k]! * inverse[k * n + j]!;
      worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
    }
  }
  expect(worst).toBeLessThan(1e-9);
});

test('a matrix that is not positive definite is refused', () => {
  expect(() => invertSymmetric(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite/);
});
