import { choleskyFactor } from '@cda/platform/ml/least-squares.ts';
import type { Random } from '@cda/platform/ml/random.ts';

/**
 * Parameters drawn from the normal approximation of their logarithms; the estimates themselves where that is not available.
 *
 * @param at d estimates, > 0.
 * @param covariance d × d, row-major, of the logarithms.
 */
export function drawParameters(random: Random, at: readonly number[], covariance: Float64Array | undefined): number[] {
  const d = at.length;
  const factor = covariance === undefined ? undefined : choleskyFactor(covariance, d);
  const shocks = at.map(() => random.normal());
  return at.map((value, i) => {
    let shift = 0;
    for (let j = 0; factor !== undefined && j <= i; j++) shift += factor[i * d + j]! * shocks[j]!;
    // Far out the normal approximation means nothing any more.
    return value * Math.exp(Math.min(2, Math.max(-2, shift)));
  });
}
