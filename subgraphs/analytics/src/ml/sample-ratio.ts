import { logGamma } from '@cda/platform/ml/special-functions.ts';

/** How closely alternatives stand around the planned shares: as if so many people had been seen. */
const concentration = 1_000;

/**
 * Whether people fell to the variants as the weights say, tested so that one may look at any time: the mean likelihood of shares
 * near the planned ones (Dirichlet) against the likelihood of the planned ones. p = min(1, 1 / that ratio).
 *
 * A small p says that some people are lost or counted twice in one variant, and no result of the experiment can be trusted.
 *
 * @param counts people in each variant
 * @param weights planned shares, relative to their sum
 *
 * O(variants). Lindon and Malek, Anytime-Valid Inference for Multinomial Count Data (NeurIPS 2022), section 3.
 */
export function sampleRatioP(counts: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((a, b) => a + b, 0);
  const people = counts.reduce((a, b) => a + b, 0);
  let logEvidence = logGamma(concentration) - logGamma(concentration + people);
  for (const [i, count] of counts.entries()) {
    const share = weights[i]! / total;
    const prior = concentration * share;
    logEvidence += logGamma(prior + count) - logGamma(prior) - count * Math.log(share);
  }
  return Math.min(1, Math.exp(-logEvidence));
}
