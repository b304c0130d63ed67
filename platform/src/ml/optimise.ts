import { invertPositiveDefinite } from './least-squares.ts';

/** Where a search ended. */
export interface Minimum {
  x: Float64Array;
  value: number;
  iterations: number;
  /** Whether the gradient vanished (to the tolerance) rather than the iterations running out. */
  converged: boolean;
}

export interface MinimiseOptions {
  maxIterations?: number;
  /** Largest component of the gradient, relative to 1 + |value|, that counts as zero. */
  tolerance?: number;
}

/**
 * Minimises a smooth function of a few parameters by BFGS with backtracking, gradients by central differences.
 *
 * @param f gives +Infinity (not NaN) outside its domain; must be finite at `start`.
 * @throws RangeError when f(start) is not finite.
 *
 * 2 d evaluations an iteration for the gradient. Nocedal and Wright, Numerical Optimization, algorithm 6.1.
 */
export function minimise(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: MinimiseOptions = {},
): Minimum {
  const d = start.length;
  const maxIterations = options.maxIterations ?? 200;
  const tolerance = options.tolerance ?? 1e-7;
  let x = Float64Array.from(start);
  let value = f(x);
  if (!Number.isFinite(value)) throw new RangeError('the function is not finite at the start');
  let gradient = differences(f, x);
  let inverse = identity(d);
  let iterations = 0;
  let converged = false;
  let restarted = false;
  while (iterations < maxIterations) {
    if (largest(gradient) <= tolerance * (1 + Math.abs(value))) {
      converged = true;
      break;
    }
    iterations++;
    const direction = new Float64Array(d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) direction[i]! -= inverse[i * d + j]! * gradient[j]!;
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      inverse = identity(d);
      for (let i = 0; i < d; i++) direction[i] = -gradient[i]!;
      slope = -dot(gradient, gradient);
    }
    let step = Math.min(1, 2 / largest(direction));
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 40; tries++, step /= 2) {
      const base = x;
      const length = step;
      next = base.map((v, i) => v + length * direction[i]!);
      nextValue = f(next);
      if (nextValue <= value + 1e-4 * step * slope) break;
    }
    if (!(nextValue < value)) {
      // The curvature that was learnt may have led astray: one fresh start along the steepest descent, then it is the end.
      if (restarted) break;
      restarted = true;
      inverse = identity(d);
      continue;
    }
    restarted = false;
    const nextGradient = differences(f, next);
    const s = next.map((v, i) => v - x[i]!);
    const y = nextGradient.map((v, i) => v - gradient[i]!);
    const sy = dot(s, y);
    if (sy > 1e-12) updateInverse(inverse, s, y, sy, d);
    const gain = value - nextValue;
    x = next;
    value = nextValue;
    gradient = nextGradient;
    if (gain <= 1e-14 * (1 + Math.abs(value))) {
      converged = largest(gradient) <= 1e-3 * (1 + Math.abs(value));
      break;
    }
  }
  return { x, value, iterations, converged };
}

/**
 * Covariance of maximum-likelihood estimates: the inverse of the second derivatives of the negative log-likelihood at its
 * minimum, by central differences (d × d, row-major); undefined where the minimum is flat in some direction. 2 d² evaluations.
 */
export function covarianceAt(f: (x: Float64Array) => number, at: Float64Array): Float64Array | undefined {
  const d = at.length;
  const hessian = new Float64Array(d * d);
  const moved = Float64Array.from(at);
  const h = Array.from(at, (v) => 1e-3 * Math.max(1, Math.abs(v)));
  const centre = f(at);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const probe = (signI: number, signJ: number): number => {
        moved.set(at);
        moved[i]! += signI * h[i]!;
        moved[j]! += signJ * h[j]!;
        return f(moved);
      };
      const second =
        i === j
          ? (probe(0.5, 0.5) - 2 * centre + probe(-0.5, -0.5)) / (h[i]! * h[i]!)
          : (probe(1, 1) - probe(1, -1) - probe(-1, 1) + probe(-1, -1)) / (4 * h[i]! * h[j]!);
      hessian[i * d + j] = second;
      hessian[j * d + i] = second;
    }
  }
  return hessian.every(Number.isFinite) ? invertPositiveDefinite(hessian, d) : undefined;
}

function differences(f: (x: Float64Array) => number, x: Float64Array): Float64Array {
  const gradient = new Float64Array(x.length);
  const moved = Float64Array.from(x);
  for (let i = 0; i < x.length; i++) {
    const h = 1e-5 * Math.max(1, Math.abs(x[i]!));
    moved[i] = x[i]! + h;
    const above = f(moved);
    moved[i] = x[i]! - h;
    const below = f(moved);
    moved[i] = x[i]!;
    const slope = (above - below) / (2 * h);
    gradient[i] = Number.isFinite(slope) ? slope : 0;
  }
  return gradient;
}

function updateInverse(inverse: Float64Array, s: Float64Array, y: Float64Array, sy: number, d: number): void {
  const hy = new Float64Array(d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) hy[i]! += inverse[i * d + j]! * y[j]!;
  const factor = (1 + dot(y, hy) / sy) / sy;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) inverse[i * d + j]! += factor * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy;
  }
}

function identity(d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) out[i * d + i] = 1;
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function largest(a: Float64Array): number {
  let out = 0;
  for (const v of a) out = Math.max(out, Math.abs(v));
  return out;
}
