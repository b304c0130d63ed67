/**
 * Solves `matrix · x = vector` for a symmetric positive definite matrix by Cholesky.
 * `matrix`: k × k row-major; neither argument is changed. Undefined when the matrix is not positive definite to
 * working precision (collinear columns). O(k³).
 */
export function solvePositiveDefinite(matrix: Float64Array, vector: Float64Array): Float64Array | undefined {
  const k = vector.length;
  const lower = choleskyFactor(matrix, k);
  if (!lower) return undefined;
  const x = Float64Array.from(vector);
  for (let i = 0; i < k; i++) {
    let sum = x[i]!;
    for (let j = 0; j < i; j++) sum -= lower[i * k + j]! * x[j]!;
    x[i] = sum / lower[i * k + i]!;
  }
  for (let i = k - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let j = i + 1; j < k; j++) sum -= lower[j * k + i]! * x[j]!;
    x[i] = sum / lower[i * k + i]!;
  }
  return x;
}

/** Lower Cholesky factor of a k × k row-major matrix; undefined when a pivot vanishes against its diagonal. O(k³). */
export function choleskyFactor(matrix: Float64Array, k: number): Float64Array | undefined {
  const lower = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * k + j]!;
      for (let m = 0; m < j; m++) sum -= lower[i * k + m]! * lower[j * k + m]!;
      if (i === j) {
        // A pivot this small against the diagonal is what rounding leaves of a column that others explain.
        if (!(sum > 1e-11 * Math.abs(matrix[i * k + i]!))) return undefined;
        lower[i * k + i] = Math.sqrt(sum);
      } else {
        lower[i * k + j] = sum / lower[j * k + j]!;
      }
    }
  }
  return lower;
}

/** Inverse of a symmetric positive definite k × k row-major matrix; undefined when it is singular. O(k³). */
export function invertPositiveDefinite(matrix: Float64Array, k: number): Float64Array | undefined {
  const inverse = new Float64Array(k * k);
  for (let column = 0; column < k; column++) {
    const unit = new Float64Array(k);
    unit[column] = 1;
    const solved = solvePositiveDefinite(matrix, unit);
    if (!solved) return undefined;
    for (let row = 0; row < k; row++) inverse[row * k + column] = solved[row]!;
  }
  return inverse;
}

export interface ClusteredRegression {
  /** k coefficients. */
  readonly coefficients: Float64Array;
  /** k × k row-major cluster-robust covariance of the coefficients. */
  readonly covariance: Float64Array;
  /** n residuals. */
  readonly residuals: Float64Array;
}

/**
 * Ordinary least squares without intercept, with standard errors that allow any dependence inside a cluster.
 *
 * `x`: n × k row-major; `y`: n; `cluster`: n indices in [0, clusterCount). `absorbed` is the number of parameters that
 * were removed beforehand (fixed effects nested in the clusters do not count). Undefined when the columns are collinear.
 * Covariance CR1: G/(G−1) · (n−1)/(n−k−absorbed) of Liang and Zeger 1986, as in Cameron and Miller 2015, section II.
 * O(n k²).
 */
export function clusteredRegression(
  x: Float64Array,
  y: Float64Array,
  cluster: Int32Array,
  clusterCount: number,
  absorbed = 0,
): ClusteredRegression | undefined {
  const n = y.length;
  const k = n === 0 ? 0 : x.length / n;
  if (n <= k || k === 0) return undefined;
  const gram = new Float64Array(k * k);
  const moment = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < k; a++) {
      const value = x[i * k + a]!;
      moment[a]! += value * y[i]!;
      for (let b = 0; b <= a; b++) gram[a * k + b]! += value * x[i * k + b]!;
    }
  }
  for (let a = 0; a < k; a++) for (let b = a + 1; b < k; b++) gram[a * k + b] = gram[b * k + a]!;
  const bread = invertPositiveDefinite(gram, k);
  const coefficients = solvePositiveDefinite(gram, moment);
  if (!bread || !coefficients) return undefined;

  const residuals = new Float64Array(n);
  const scores = new Float64Array(clusterCount * k);
  for (let i = 0; i < n; i++) {
    let fitted = 0;
    for (let a = 0; a < k; a++) fitted += x[i * k + a]! * coefficients[a]!;
    const residual = y[i]! - fitted;
    residuals[i] = residual;
    for (let a = 0; a < k; a++) scores[cluster[i]! * k + a]! += x[i * k + a]! * residual;
  }
  const used = new Set(cluster).size;
  const meat = new Float64Array(k * k);
  for (let g = 0; g < clusterCount; g++) {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) meat[a * k + b]! += scores[g * k + a]! * scores[g * k + b]!;
    }
  }
  const correction = ((used / Math.max(1, used - 1)) * (n - 1)) / Math.max(1, n - k - absorbed);
  const covariance = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      let sum = 0;
      for (let c = 0; c < k; c++) {
        for (let d = 0; d < k; d++) sum += bread[a * k + c]! * meat[c * k + d]! * bread[d * k + b]!;
      }
      covariance[a * k + b] = sum * correction;
    }
  }
  return { coefficients, covariance, residuals };
}
