import { clusteredRegression, invertPositiveDefinite, solvePositiveDefinite } from '@cda/platform/ml/least-squares.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';

test('a positive definite system is solved, and its inverse undoes it', () => {
  const matrix = Float64Array.of(4, 2, 0.5, 2, 5, 1, 0.5, 1, 3);
  const x = solvePositiveDefinite(matrix, Float64Array.of(8.5, 15, 11.5))!;
  for (let row = 0; row < 3; row++) {
    const product = matrix[row * 3]! * x[0]! + matrix[row * 3 + 1]! * x[1]! + matrix[row * 3 + 2]! * x[2]!;
    expect(product).toBeCloseTo([8.5, 15, 11.5][row]!, 10);
  }
  const inverse = invertPositiveDefinite(matrix, 3)!;
  expect(inverse[0]! * 4 + inverse[1]! * 2 + inverse[2]! * 0.5).toBeCloseTo(1, 10);
});

test('collinear columns are reported, not solved', () => {
  expect(solvePositiveDefinite(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 2))).toBeUndefined();
  const x = Float64Array.of(1, 2, 2, 4, 3, 6, 5, 10);
  expect(clusteredRegression(x, Float64Array.of(1, 2, 3, 4), Int32Array.of(0, 0, 1, 1), 2)).toBeUndefined();
});

test('with every row its own cluster the errors are those of White, worked by hand', () => {
  const x = Float64Array.of(1, 2, 3);
  const y = Float64Array.of(1, 3, 2);
  const fit = clusteredRegression(x, y, Int32Array.of(0, 1, 2), 3)!;
  // β = 13/14; residuals 1/14, 16/14, −11/14; Σ(x e)² = (1 + 1024 + 1089)/196; CR1 factor (3/2)·(2/2).
  expect(fit.coefficients[0]).toBeCloseTo(13 / 14, 12);
  expect(fit.covariance[0]).toBeCloseTo((((1 + 1024 + 1089) / 196) * 1.5) / 14 ** 2, 12);
});

test('errors that a cluster shares widen the standard error as the cluster grows', () => {
  const random = createRandom(3);
  const clusters = 80;
  const size = 20;
  const n = clusters * size;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  const cluster = new Int32Array(n);
  for (let g = 0; g < clusters; g++) {
    const shared = random.normal();
    const level = random.normal();
    for (let i = 0; i < size; i++) {
      const row = g * size + i;
      x[row] = level + 0.1 * random.normal();
      y[row] = 2 * x[row]! + shared;
      cluster[row] = g;
    }
  }
  const clustered = clusteredRegression(x, y, cluster, clusters)!;
  const apart = clusteredRegression(
    x,
    y,
    Int32Array.from({ length: n }, (_, i) => i),
    n,
  )!;
  const ratio = Math.sqrt(clustered.covariance[0]! / apart.covariance[0]!);
  expect(ratio).toBeGreaterThan(3);
  expect(Math.abs(clustered.coefficients[0]! - 2)).toBeLessThan(3 * Math.sqrt(clustered.covariance[0]!));
});
