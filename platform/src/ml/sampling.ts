import type { Random } from './random.ts';

/** Draws a waiting time of events that come at `rate` > 0 (mean 1 / rate). */
export function drawExponential(random: Random, rate: number): number {
  return -Math.log(1 - random.next()) / rate;
}

/** Draws from a gamma distribution of `shape` > 0 and `rate` > 0 (mean shape / rate). Marsaglia and Tsang 2000. */
export function drawGamma(random: Random, shape: number, rate: number): number {
  // Below 1: a draw for shape + 1, shrunk by a uniform to the power 1 / shape.
  if (shape < 1) return drawGamma(random, shape + 1, rate) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.next();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / rate;
  }
}

/** Draws from a beta distribution of `a`, `b` > 0, as a ratio of gammas. */
export function drawBeta(random: Random, a: number, b: number): number {
  const x = drawGamma(random, a, 1);
  const y = drawGamma(random, b, 1);
  const sum = x + y;
  return sum > 0 ? x / sum : a / (a + b);
}
