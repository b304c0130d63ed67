import { invertPositiveDefinite, solvePositiveDefinite } from './least-squares.ts';

/** A fitted logistic regression: log-odds = intercept + x · coefficients (+ offset). */
export interface LogisticModel {
  intercept: number;
  /** d coefficients, on the scale of the columns that were given. */
  coefficients: Float64Array;
  /** (d + 1) × (d + 1), row-major: inverse of the penalised information; the last row and column belong to the intercept. */
  covariance: Float64Array;
  iterations: number;
  /** Penalised log-likelihood at the end. */
  logLikelihood: number;
}

export interface LogisticOptions {
  /** Ridge penalty l2 / 2 · ‖coefficients‖²; the intercept is free. Positive keeps separable data finite. */
  l2?: number;
  /** n non-negative row weights; 1 when absent. */
  weights?: Float64Array;
  /** n known terms of the log-odds; 0 when absent. */
  offset?: Float64Array;
  maxIterations?: number;
  /** A model of the same columns to start from, for example that of nearly the same rows. */
  start?: Pick<LogisticModel, 'intercept' | 'coefficients'>;
  /** False where nobody will ask how sure the model is: saves one pass; the covariance is then empty. */
  covariance?: boolean;
}

/** 1 / (1 + e⁻ˣ), without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** log(p / (1 − p)); p is held 1e-9 away from 0 and 1. */
export function logit(p: number): number {
  const held = Math.min(1 - 1e-9, Math.max(1e-9, p));
  return Math.log(held / (1 - held));
}

/**
 * Fits a ridge logistic regression by Newton's method with step halving (iteratively reweighted least squares).
 *
 * @param x n × d, row-major, finite; scale the columns first, since one penalty serves all of them.
 * @param y n labels of 0..1 (fractions are allowed: they are averaged outcomes).
 * @throws RangeError on a shape that does not fit, or on a value that is not finite.
 *
 * O(iterations · n · d²). Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 4.4.1.
 */
export function fitLogistic(
  x: Float64Array,
  y: ArrayLike<number>,
  d: number,
  options: LogisticOptions = {},
): LogisticModel {
  const n = y.length;
  if (n === 0 || x.length !== n * d) throw new RangeError(`x must be n × d: got ${x.length} values for n ${n}, d ${d}`);
  const l2 = options.l2 ?? 1e-6;
  const { weights, offset } = options;
  const p = d + 1;
  const beta = new Float64Array(p);
  if (options.start) {
    beta.set(options.start.coefficients);
    beta[d] = options.start.intercept;
  }
  const trial = new Float64Array(p);
  const gradient = new Float64Array(p);
  const information = new Float64Array(p * p);

  const objective = (b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const w = weights === undefined ? 1 : weights[i]!;
      if (w === 0) continue;
      let z = b[d]! + (offset === undefined ? 0 : offset[i]!);
      const row = i * d;
      for (let j = 0; j < d; j++) z += b[j]! * x[row + j]!;
      sum += w * (y[i]! * z - (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))));
    }
    let norm = 0;
    for (let j = 0; j < d; j++) norm += b[j]! ** 2;
    return sum - (l2 / 2) * norm;
  };

  const derive = (b: Float64Array): void => {
    gradient.fill(0);
    information.fill(0);
    for (let i = 0; i < n; i++) {
      const w = weights === undefined ? 1 : weights[i]!;
      if (w === 0) continue;
      const row = i * d;
      let z = b[d]! + (offset === undefined ? 0 : offset[i]!);
      for (let j = 0; j < d; j++) z += b[j]! * x[row + j]!;
      const mu = sigmoid(z);
      const residual = w * (y[i]! - mu);
      const curvature = w * mu * (1 - mu);
      for (let j = 0; j < d; j++) {
        const value = x[row + j]!;
        // Flags and counts are often 0.
        if (value === 0) continue;
        gradient[j]! += residual * value;
        const scaled = curvature * value;
        const to = j * p;
        for (let k = 0; k <= j; k++) information[to + k]! += scaled * x[row + k]!;
        information[d * p + j]! += scaled;
      }
      gradient[d]! += residual;
      information[d * p + d]! += curvature;
    }
    for (let j = 0; j < d; j++) {
      gradient[j]! -= l2 * b[j]!;
      information[j * p + j]! += l2;
    }
    // A hair on the diagonal: an intercept whose rows are all certain, or columns that repeat each other, stay solvable.
    for (let j = 0; j < p; j++) {
      information[j * p + j]! += 1e-9;
      for (let k = j + 1; k < p; k++) information[j * p + k] = information[k * p + j]!;
    }
  };

  let current = objective(beta);
  if (!Number.isFinite(current)) throw new RangeError('x, y, weights and offset must be finite');
  let iterations = 0;
  const limit = options.maxIterations ?? 50;
  while (iterations < limit) {
    iterations++;
    derive(beta);
    const step = solvePositiveDefinite(information, gradient);
    if (step === undefined) break;
    let scale = 1;
    let next = Number.NEGATIVE_INFINITY;
    for (; scale > 1e-6; scale /= 2) {
      for (let j = 0; j < p; j++) trial[j] = beta[j]! + scale * step[j]!;
      next = objective(trial);
      if (next >= current) break;
    }
    if (!(next > current)) break;
    beta.set(trial);
    const gain = next - current;
    current = next;
    // Newton's last step squares the error: what is left after a gain this small is far below any standard error.
    if (gain < 1e-8 * (Math.abs(current) + 1)) break;
  }
  const wanted = options.covariance ?? true;
  if (wanted) derive(beta);
  const covariance = !wanted
    ? new Float64Array(0)
    : (invertPositiveDefinite(information, p) ?? new Float64Array(p * p));
  return { intercept: beta[d]!, coefficients: beta.slice(0, d), covariance, iterations, logLikelihood: current };
}

/** Log-odds of n rows (x: n × d, row-major). O(n · d). */
export function predictLogOdds(model: LogisticModel, x: Float64Array): Float64Array {
  const d = model.coefficients.length;
  const n = d === 0 ? 0 : x.length / d;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let z = model.intercept;
    for (let j = 0; j < d; j++) z += model.coefficients[j]! * x[i * d + j]!;
    out[i] = z;
  }
  return out;
}

/** Standard error of one row's log-odds by the delta method: √(xᵀ Σ x), the intercept included. O(d²). */
export function logOddsError(model: LogisticModel, x: ArrayLike<number>, row = 0): number {
  const d = model.coefficients.length;
  const p = d + 1;
  let variance = 0;
  for (let j = 0; j < p; j++) {
    const a = j < d ? x[row * d + j]! : 1;
    for (let k = 0; k < p; k++) variance += a * (k < d ? x[row * d + k]! : 1) * model.covariance[j * p + k]!;
  }
  return Math.sqrt(Math.max(0, variance));
}
