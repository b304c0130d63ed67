/**
 * Probability that a standard normal exceeds `z`. Complementary error function by the rational Chebyshev fit of
 * Numerical Recipes, section 6.2 (relative error below 1.2e-7 everywhere, so far tails keep their order).
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const polynomial =
    -x * x -
    1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const tail = 0.5 * t * Math.exp(polynomial);
  return z >= 0 ? tail : 1 - tail;
}

/** Probability that a standard normal is at most `z`; see `normalTail` for accuracy. */
export function normalCdf(z: number): number {
  return normalTail(-z);
}

/**
 * Value that a standard normal stays below with this probability, 0 < `probability` < 1 (±Infinity at the ends).
 * Acklam's rational approximation (2003), relative error below 1.2e-9 in z.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    if (probability === 0) return Number.NEGATIVE_INFINITY;
    if (probability === 1) return Number.POSITIVE_INFINITY;
    return Number.NaN;
  }
  const tail = 0.02425;
  if (probability < tail) return -upperQuantile(probability);
  if (probability > 1 - tail) return upperQuantile(1 - probability);
  const q = probability - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * numerator) / denominator;
}

/** Quantile whose upper tail is `tail` ≤ 0.02425: positive. */
function upperQuantile(tail: number): number {
  const q = Math.sqrt(-2 * Math.log(tail));
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return -numerator / denominator;
}
