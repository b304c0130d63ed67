/** How many customers of one region bought each product. */
export interface RegionalCounts {
  /** n counts by product. */
  buyers: Float64Array;
}

/** How demand in one region differs from the shop's. */
export interface RegionalDemand {
  /** n factors: how many times as often as by the product's popularity in the shop, drawn towards 1. */
  factor: Float64Array;
  /** n weights in [0, 1] that the region's own counts have where regions differ as they do on average: near 0, too few to tell. */
  ownWeight: Float64Array;
}

/** What the variance of factors is held within. */
const variances = { least: 1e-3, most: 4 };
/** Variance of those variances between regions: how far one region's own is believed against the common one. */
const spread = 0.05;

/**
 * How regions differ in what they buy, by empirical Bayes: a region's count of a product is Poisson with mean θ · expected, where
 * `expected` shares the region's purchases out as the whole shop's fall; θ ~ Gamma(κ, κ), mean 1. The factor is the posterior mean
 * (κ + count) / (κ + expected): a region of few purchases keeps to the shop's popularity, a large one has its own.
 *
 * κ = 1 / variance of θ. A region's variance by the moment equation Σ ((count − expected)² − expected) = variance · Σ expected²
 * (standard error √(2 / Σ expected²)), drawn towards the mean of all regions: the one that makes up most of the shop differs from
 * it least and is known best, and must not decide for the others.
 *
 * O(regions · products). Clayton and Kaldor, Empirical Bayes Estimates of Age-Standardized Relative Risks (Biometrics 1987).
 */
export function regionalDemand(regions: readonly RegionalCounts[], products: number): RegionalDemand[] {
  const shop = new Float64Array(products);
  for (const { buyers } of regions) for (let i = 0; i < products; i++) shop[i]! += buyers[i]!;
  const total = shop.reduce((a, b) => a + b, 0);
  const parts = regions.map(({ buyers }) => {
    const own = buyers.reduce((a, b) => a + b, 0);
    const expected = shop.map((count) => (total > 0 ? (own * count) / total : 0));
    let excess = 0;
    let squares = 0;
    for (let i = 0; i < products; i++) {
      excess += (buyers[i]! - expected[i]!) ** 2 - expected[i]!;
      squares += expected[i]! ** 2;
    }
    return { buyers, expected, variance: squares > 0 ? excess / squares : 0, squares };
  });
  let sum = 0;
  let weights = 0;
  for (const { variance, squares } of parts) {
    if (squares === 0) continue;
    const weight = 1 / (2 / squares + spread);
    sum += weight * variance;
    weights += weight;
  }
  const common = weights > 0 ? sum / weights : 0;
  return parts.map(({ buyers, expected, variance, squares }) => {
    const own = squares / 2;
    const drawn = (own * variance + common / spread) / (own + 1 / spread);
    const prior = 1 / Math.min(variances.most, Math.max(variances.least, drawn));
    return {
      factor: Float64Array.from(buyers, (count, i) => (prior + count) / (prior + expected[i]!)),
      ownWeight: expected.map((mean) => mean / (1 / Math.max(variances.least, common) + mean)),
    };
  });
}
