import { covarianceAt, minimise } from '@cda/platform/ml/optimise.ts';
import { logGamma } from '@cda/platform/ml/special-functions.ts';
import type { LogPrior } from './bg-nbd.ts';

/** Gamma-Gamma: an order's value is Gamma(p, ν) with ν Gamma(q, gamma) across customers. */
export interface GammaGammaModel {
  p: number;
  q: number;
  /** In units of money. */
  gamma: number;
  logLikelihood: number;
  /** 3 × 3, row-major: covariance of (ln p, ln q, ln gamma); absent where the likelihood is flat. */
  covariance: Float64Array | undefined;
  converged: boolean;
}

/**
 * Fits order values by maximum likelihood, or by maximum a posteriori where priors on ln p, ln q, ln gamma are given.
 *
 * @param orders n counts of orders, ≥ 1.
 * @param meanValue n mean values of an order, > 0.
 * @throws RangeError on no customers or values that are not positive.
 *
 * O(iterations · n). Fader and Hardie 2013, "The gamma-gamma model of monetary value", equation 1a.
 */
export function fitGammaGamma(
  orders: Float64Array,
  meanValue: Float64Array,
  prior?: readonly [LogPrior, LogPrior, LogPrior],
): GammaGammaModel {
  const n = orders.length;
  if (n === 0) throw new RangeError('Gamma-Gamma needs at least one customer');
  let overall = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    if (!(orders[i]! >= 1 && meanValue[i]! > 0 && Number.isFinite(meanValue[i]!))) {
      throw new RangeError(`orders must be ≥ 1 and their mean value > 0: got ${orders[i]}, ${meanValue[i]}`);
    }
    overall += meanValue[i]! / n;
    largest = Math.max(largest, Math.round(orders[i]!));
  }
  const counts = new Float64Array(largest + 1);
  for (let i = 0; i < n; i++) counts[Math.round(orders[i]!)]!++;

  // Values are divided by their mean: the search then works on numbers near 1 whatever the currency.
  const negative = (logs: Float64Array): number => {
    const [p, q, gamma] = Array.from(logs, Math.exp) as [number, number, number];
    if (!(p < 1e6 && q < 1e6 && gamma < 1e6 && p > 1e-6 && q > 1e-6 && gamma > 1e-9)) return Number.POSITIVE_INFINITY;
    let sum = 0;
    const constant = q * Math.log(gamma) - logGamma(q);
    for (let x = 1; x <= largest; x++) {
      if (counts[x]! > 0) sum += counts[x]! * (constant + logGamma(p * x + q) - logGamma(p * x) + p * x * Math.log(x));
    }
    for (let i = 0; i < n; i++) {
      const x = orders[i]!;
      const m = meanValue[i]! / overall;
      sum += (p * x - 1) * Math.log(m) - (p * x + q) * Math.log(gamma + m * x);
    }
    return Number.isFinite(sum) ? -sum : Number.POSITIVE_INFINITY;
  };
  const objective = (logs: Float64Array): number => {
    let value = negative(logs);
    if (prior) for (let i = 0; i < 3; i++) value += 0.5 * ((logs[i]! - prior[i]!.mean) / prior[i]!.deviation) ** 2;
    return value / n;
  };
  let best = minimise(objective, [Math.log(4), Math.log(3), Math.log(1)]);
  const other = minimise(objective, [Math.log(1), Math.log(6), Math.log(4)]);
  if (other.value < best.value) best = other;
  const covariance = covarianceAt((logs) => objective(logs) * n, best.x);
  const [p, q, gamma] = Array.from(best.x, Math.exp) as [number, number, number];
  const logLikelihood = -negative(best.x) - n * Math.log(overall);
  return { p, q, gamma: gamma * overall, logLikelihood, covariance, converged: best.converged };
}

/**
 * Mean value of the next orders of a customer with `orders` orders of mean `meanValue`: between theirs and everybody's, nearer to
 * theirs the more orders there are. Equation 5; q is held above 1 / 2 of an order so that the mean exists.
 */
export function expectedOrderValue(
  model: Pick<GammaGammaModel, 'p' | 'q' | 'gamma'>,
  orders: number,
  meanValue: number,
): number {
  const { p, q, gamma } = model;
  return (p * (gamma + orders * meanValue)) / Math.max(p / 2, p * orders + q - 1);
}
