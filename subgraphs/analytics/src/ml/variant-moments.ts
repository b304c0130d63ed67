/** What is kept of one variant's people: sums from which means, variances and covariances follow. */
export interface VariantMoments {
  /** People. */
  n: number;
  /** Sum of the outcome y, and of its square. */
  sumY: number;
  sumYY: number;
  /** The same of the covariate x, what was known of them before their exposure, and of both together. */
  sumX: number;
  sumXX: number;
  sumXY: number;
}

/** A variant's mean with the variance of that mean. */
export interface MeanEstimate {
  n: number;
  mean: number;
  variance: number;
}

const covariance = (n: number, sumA: number, sumB: number, sumAB: number): number =>
  n > 1 ? (sumAB - (sumA * sumB) / n) / (n - 1) : 0;

/**
 * Means of the variants, each outcome less what the time before foretold: y − θ (x − x̄) with θ = cov(x, y) / var(x) pooled within
 * variants and x̄ over all. Since x was fixed before the assignment, the difference between variants stays the same on average
 * and its variance falls by the squared correlation.
 *
 * Returns θ = 0 and `reduction` 0 where the covariate does not vary. O(variants).
 * CUPED: Deng, Xu, Kohavi and Walker, Improving the Sensitivity of Online Controlled Experiments (WSDM 2013), section 3.
 */
export function adjustedMeans(variants: readonly VariantMoments[]): {
  means: MeanEstimate[];
  /** Share of the outcome's variance within variants that the covariate takes away, 0 to 1. */
  reduction: number;
} {
  let varX = 0;
  let varY = 0;
  let covXY = 0;
  let people = 0;
  let totalX = 0;
  for (const { n, sumY, sumYY, sumX, sumXX, sumXY } of variants) {
    if (n < 2) continue;
    varX += (n - 1) * covariance(n, sumX, sumX, sumXX);
    varY += (n - 1) * covariance(n, sumY, sumY, sumYY);
    covXY += (n - 1) * covariance(n, sumX, sumY, sumXY);
  }
  for (const { n, sumX } of variants) {
    people += n;
    totalX += sumX;
  }
  const theta = varX > 0 ? covXY / varX : 0;
  const meanX = people > 0 ? totalX / people : 0;
  return {
    means: variants.map(({ n, sumY, sumYY, sumX, sumXX, sumXY }) => {
      if (n === 0) return { n, mean: 0, variance: 0 };
      const spread =
        covariance(n, sumY, sumY, sumYY) -
        2 * theta * covariance(n, sumX, sumY, sumXY) +
        theta ** 2 * covariance(n, sumX, sumX, sumXX);
      return { n, mean: sumY / n - theta * (sumX / n - meanX), variance: Math.max(0, spread) / n };
    }),
    reduction: varX > 0 && varY > 0 ? covXY ** 2 / (varX * varY) : 0,
  };
}
