/** An estimate with what may be said of it at every look, however often one looks. */
export interface AlwaysValid {
  low: number;
  high: number;
  /** Probability under "no effect" that evidence as strong as this is ever seen, at any of all looks. */
  pValue: number;
}

/**
 * Mixture sequential probability ratio test of an estimate that is nearly normal, with mean-zero normal mixing of standard deviation
 * `mixing`: the effect one expects to find, in the estimate's unit. Interval and p-value hold at all times at once, so an experiment
 * may be looked at daily and stopped at will; a fixed-sample test stopped so would err far more often than it says.
 *
 * Λ = √(v / (v + τ²)) · exp(τ² e² / (2 v (v + τ²))) for estimate e of variance v; p = min(1, 1/Λ).
 * The interval at `alpha` is e ± √(v (1 + v/τ²) (2 ln(1/α) + ln(1 + τ²/v))).
 *
 * O(1). Robbins 1970; Johari, Koomen, Pekelis and Walsh, Peeking at A/B Tests (KDD 2017), section 4; for estimated variances
 * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory (2021), so small samples are left out by
 * whoever calls.
 */
export function alwaysValid(estimate: number, variance: number, mixing: number, alpha: number): AlwaysValid {
  if (!(variance > 0) || !(mixing > 0)) throw new RangeError('a variance and a mixing deviation are above zero');
  const ratio = mixing ** 2 / variance;
  const half = halfWidth(ratio, alpha) * Math.sqrt(variance);
  const logEvidence = -0.5 * Math.log1p(ratio) + (estimate ** 2 / (2 * variance)) * (ratio / (1 + ratio));
  return { low: estimate - half, high: estimate + half, pValue: Math.min(1, Math.exp(-logEvidence)) };
}

/** Half the width of an always-valid interval in standard errors, where the mixing variance is `ratio` times that of the estimate. */
export const halfWidth = (ratio: number, alpha: number): number =>
  Math.sqrt((1 + 1 / ratio) * (-2 * Math.log(alpha) + Math.log1p(ratio)));
