import { normalQuantile } from './normal-distribution.ts';

/** A share with its interval. */
export interface ShareInterval {
  value: number;
  low: number;
  high: number;
}

/**
 * Wilson's score interval of a share: honest near 0 and 1 and for few trials, where the usual one runs out of [0, 1].
 * `successes` beyond `trials` count as all of them. Trials must be positive. O(1). Wilson 1927.
 */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): ShareInterval {
  if (!(trials > 0)) throw new RangeError(`an interval needs trials, not ${trials}`);
  const z = normalQuantile(0.5 + confidence / 2);
  const value = Math.min(1, Math.max(0, successes / trials));
  const denominator = 1 + z ** 2 / trials;
  const centre = (value + z ** 2 / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((value * (1 - value)) / trials + z ** 2 / (4 * trials ** 2));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
