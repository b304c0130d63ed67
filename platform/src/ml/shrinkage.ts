/** Estimates pulled towards the mean of their group, and groups towards the mean of all. */
export interface Shrunken {
  /** n posterior means. */
  readonly value: Float64Array;
  /** n posterior standard deviations. */
  readonly deviation: Float64Array;
  /** n weights: value = own · estimate + group · group's mean + rest · overall mean, and the three add up to 1. */
  readonly ownWeight: Float64Array;
  readonly groupWeight: Float64Array;
  /** Precision-weighted mean of each group before it is pulled; NaN where the group is empty. */
  readonly groupMean: Float64Array;
  readonly overallMean: number;
  readonly overallDeviation: number;
  /** Variance of true values inside a group, and of true group means. */
  readonly within: number;
  readonly between: number;
  /** Mean and standard deviation of the posterior of each group's mean: what an unseen member is expected to be. */
  readonly groupPosterior: Float64Array;
  readonly groupDeviation: Float64Array;
}

/** What is believed of the variance inside groups before the data, and how many members that belief counts as. */
export interface SpreadBelief {
  variance: number;
  members: number;
}

/**
 * Empirical Bayes with two levels of normal means: θᵢ ~ N(m_g, within), m_g ~ N(overall, between), estimateᵢ ~ N(θᵢ, varianceᵢ).
 *
 * `estimate`, `variance`: n, variances > 0; `group`: n indices in [0, groupCount). Both variance components by the
 * moment equation of Paule and Mandel (1982), truncated at 0. With fewer than two estimates nothing is pulled apart:
 * `within` is 0 and all weight lies on the common mean. With a `belief`, `within` is its average with the estimate, which
 * counts as many members as are known well enough to tell: few noisy estimates then do not pass for equal members. O(n) per evaluation, some 60 evaluations. Throws on NaN.
 */
export function shrinkTowardsGroups(
  estimate: Float64Array,
  variance: Float64Array,
  group: Int32Array,
  groupCount: number,
  belief?: SpreadBelief,
): Shrunken {
  const n = estimate.length;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(estimate[i]) || !(variance[i]! > 0)) throw new RangeError(`estimate ${i} has no finite value`);
  }
  const weightSum = new Float64Array(groupCount);
  const groupMean = new Float64Array(groupCount);
  const summarise = (within: number): number => {
    weightSum.fill(0);
    groupMean.fill(0);
    for (let i = 0; i < n; i++) {
      const weight = 1 / (variance[i]! + within);
      weightSum[group[i]!]! += weight;
      groupMean[group[i]!]! += weight * estimate[i]!;
    }
    for (let g = 0; g < groupCount; g++) groupMean[g] = groupMean[g]! / weightSum[g]!;
    let statistic = 0;
    for (let i = 0; i < n; i++) statistic += (estimate[i]! - groupMean[group[i]!]!) ** 2 / (variance[i]! + within);
    return statistic;
  };
  const used = new Set(group).size;
  const estimated = solveMoment(summarise, n - used);
  const within = belief ? average(estimated, variance, belief) : estimated;
  summarise(within);

  const means: number[] = [];
  const meanVariances: number[] = [];
  for (let g = 0; g < groupCount; g++) {
    if (weightSum[g]! > 0) {
      means.push(groupMean[g]!);
      meanVariances.push(1 / weightSum[g]!);
    }
  }
  let overallMean = Number.NaN;
  let overallPrecision = 0;
  const summariseGroups = (between: number): number => {
    let sum = 0;
    overallPrecision = 0;
    means.forEach((mean, g) => {
      overallPrecision += 1 / (meanVariances[g]! + between);
      sum += mean / (meanVariances[g]! + between);
    });
    overallMean = sum / overallPrecision;
    return means.reduce((total, mean, g) => total + (mean - overallMean) ** 2 / (meanVariances[g]! + between), 0);
  };
  const between = solveMoment(summariseGroups, means.length - 1);
  summariseGroups(between);
  const overallVariance = 1 / overallPrecision;

  const groupPosterior = new Float64Array(groupCount);
  const groupDeviation = new Float64Array(groupCount);
  const groupPull = new Float64Array(groupCount);
  for (let g = 0; g < groupCount; g++) {
    const pull = weightSum[g]! > 0 ? 1 / weightSum[g]! / (1 / weightSum[g]! + between) : 1;
    const towards = Number.isFinite(pull) ? pull : 1;
    groupPull[g] = towards;
    groupPosterior[g] = weightSum[g]! > 0 ? (1 - towards) * groupMean[g]! + towards * overallMean : overallMean;
    groupDeviation[g] = Math.sqrt(between * towards + towards * towards * overallVariance);
    if (!(weightSum[g]! > 0)) groupMean[g] = Number.NaN;
  }
  const value = new Float64Array(n);
  const deviation = new Float64Array(n);
  const ownWeight = new Float64Array(n);
  const groupWeight = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const g = group[i]!;
    const pull = variance[i]! / (variance[i]! + within);
    ownWeight[i] = 1 - pull;
    groupWeight[i] = pull * (1 - groupPull[g]!);
    value[i] = (1 - pull) * estimate[i]! + pull * groupPosterior[g]!;
    deviation[i] = Math.sqrt(within * pull + pull * pull * groupDeviation[g]! ** 2);
  }
  return {
    value,
    deviation,
    ownWeight,
    groupWeight,
    groupMean,
    overallMean,
    overallDeviation: Math.sqrt(overallVariance),
    within,
    between,
    groupPosterior,
    groupDeviation,
  };
}

/** Estimated and believed variance, each by the members that stand behind it. */
function average(estimated: number, variance: Float64Array, belief: SpreadBelief): number {
  // A member tells as much of the spread as its own error is small against it (Fisher information, relative to none).
  const informative = variance.reduce((sum, error) => sum + (belief.variance / (belief.variance + error)) ** 2, 0);
  return (informative * estimated + belief.members * belief.variance) / (informative + belief.members);
}

/** Variance at which a decreasing statistic equals its expectation; 0 when it is below already. */
function solveMoment(statistic: (variance: number) => number, expectation: number): number {
  if (expectation <= 0 || statistic(0) <= expectation) return 0;
  let high = 1e-4;
  while (statistic(high) > expectation && high < 1e12) high *= 4;
  let low = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (statistic(middle) > expectation) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
