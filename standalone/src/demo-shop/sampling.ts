import type { Random } from '@cda/platform/ml/random.ts';

/** Poisson count: by multiplication of uniforms, O(mean), and past a mean of 30 by the rounded normal approximation. */
export function drawPoisson(random: Random, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

/** Index drawn with probability proportional to `weights`; for short lists. Cost: O(n). */
export function drawIndex(random: Random, weights: readonly number[]): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let at = random.next() * total;
  for (let i = 0; i < weights.length - 1; i++) {
    at -= weights[i]!;
    if (at < 0) return i;
  }
  return weights.length - 1;
}

/** One of `values`, each equally likely. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}

/** Draws an index in constant time. */
export type Sampler = (random: Random) => number;

/** Alias method (Walker 1977, Vose 1991): O(n) to build, one number and one comparison a draw. */
export function createSampler(weights: ArrayLike<number>): Sampler {
  const n = weights.length;
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i]!;
  const keep = new Float64Array(n).fill(1);
  const alias = new Int32Array(n);
  const scaled = Float64Array.from(weights, (weight) => (weight * n) / total);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < n; i++) (scaled[i]! < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large.pop()!;
    keep[less] = scaled[less]!;
    alias[less] = more;
    scaled[more] = scaled[more]! + scaled[less]! - 1;
    (scaled[more]! < 1 ? small : large).push(more);
  }
  return (random) => {
    const at = random.next() * n;
    const i = Math.floor(at);
    return at - i < keep[i]! ? i : alias[i]!;
  };
}
