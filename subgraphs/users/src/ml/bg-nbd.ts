import { covarianceAt, minimise } from '@cda/platform/ml/optimise.ts';
import { hypergeometric2F1, logGamma } from '@cda/platform/ml/special-functions.ts';

/**
 * Purchase histories of n customers, in one unit of time: `frequency` repeat orders x ≥ 0, `recency` time of the last order since
 * the first t_x (0 when x = 0), `age` time since the first order T ≥ t_x.
 */
export interface PurchaseHistories {
  frequency: Float64Array;
  recency: Float64Array;
  age: Float64Array;
}

/** The parameters that describe customers. */
export interface BgNbdParameters {
  r: number;
  /** In the unit of time of the histories. */
  alpha: number;
  a: number;
  b: number;
  /**
   * Whether a customer may leave right after the first order (MBG/NBD: Batislam, Denizel and Filiztekin 2007) rather than after a
   * repeat order at the earliest.
   */
  leavesAtOnce?: boolean;
}

/** BG/NBD: order rates are Gamma(r, alpha) across customers, the chance to leave after an order is Beta(a, b). */
export interface BgNbdModel extends BgNbdParameters {
  /** Without the prior. */
  logLikelihood: number;
  /** 4 × 4, row-major: covariance of (ln r, ln alpha, ln a, ln b); absent where the likelihood is flat. */
  covariance: Float64Array | undefined;
  converged: boolean;
}

/** Normal prior on a logarithm. */
export interface LogPrior {
  mean: number;
  deviation: number;
}

/** Priors on ln r, ln alpha, ln a, ln b, in that order. */
export type BgNbdPrior = readonly [LogPrior, LogPrior, LogPrior, LogPrior];

/**
 * Fits BG/NBD by maximum likelihood, or by maximum a posteriori where a prior is given.
 *
 * @throws RangeError when there are no customers, or a history is impossible (x < 0, t_x > T, not finite).
 *
 * O(iterations · n). Fader, Hardie and Lee 2005, "Counting your customers the easy way", equation 7.
 */
export function fitBgNbd(
  histories: PurchaseHistories,
  { prior, leavesAtOnce = false }: { prior?: BgNbdPrior; leavesAtOnce?: boolean } = {},
): BgNbdModel {
  const extra = leavesAtOnce ? 1 : 0;
  const { frequency, recency, age } = histories;
  const n = frequency.length;
  if (n === 0) throw new RangeError('BG/NBD needs at least one customer');
  let largest = 0;
  let meanAge = 0;
  for (let i = 0; i < n; i++) {
    const valid =
      frequency[i]! >= 0 && recency[i]! >= 0 && recency[i]! <= age[i]! && Number.isFinite(age[i]! + frequency[i]!);
    if (!valid) throw new RangeError(`impossible history: x ${frequency[i]}, t_x ${recency[i]}, T ${age[i]}`);
    largest = Math.max(largest, frequency[i]!);
    meanAge += age[i]! / n;
  }
  // ln Γ is needed at r + x and the like only: once for each distinct x.
  const counts = new Float64Array(largest + 1);
  for (let i = 0; i < n; i++) counts[Math.round(frequency[i]!)]!++;

  const negative = (logs: Float64Array): number => {
    const [r, alpha, a, b] = Array.from(logs, Math.exp) as [number, number, number, number];
    if (!(r < 1e6 && alpha < 1e9 && a < 1e6 && b < 1e6 && r > 1e-9 && alpha > 1e-9 && a > 1e-9 && b > 1e-9)) {
      return Number.POSITIVE_INFINITY;
    }
    let sum = 0;
    const constant = r * Math.log(alpha) - logGamma(r) + logGamma(a + b) - logGamma(b);
    for (let x = 0; x <= largest; x++) {
      if (counts[x]! > 0)
        sum += counts[x]! * (constant + logGamma(r + x) + logGamma(b + x + extra) - logGamma(a + b + x + extra));
    }
    for (let i = 0; i < n; i++) {
      const x = frequency[i]!;
      const alive = -(r + x) * Math.log(alpha + age[i]!);
      if (x + extra > 0) {
        const left = Math.log(a / (b + x + extra - 1)) - (r + x) * Math.log(alpha + recency[i]!);
        const top = Math.max(alive, left);
        sum += top + Math.log(Math.exp(alive - top) + Math.exp(left - top));
      } else sum += alive;
    }
    return Number.isFinite(sum) ? -sum : Number.POSITIVE_INFINITY;
  };
  const objective = (logs: Float64Array): number => {
    let value = negative(logs);
    if (prior) for (let i = 0; i < 4; i++) value += 0.5 * ((logs[i]! - prior[i]!.mean) / prior[i]!.deviation) ** 2;
    return value / n;
  };
  const scale = Math.max(meanAge, 1e-6);
  let best = minimise(objective, [Math.log(0.5), Math.log(scale / 4), 0, Math.log(2)]);
  for (const start of [
    [0, Math.log(scale), Math.log(0.3), Math.log(3)],
    [Math.log(2), Math.log(scale), Math.log(0.5), Math.log(1)],
  ]) {
    const other = minimise(objective, start);
    if (other.value < best.value) best = other;
  }
  const covariance = covarianceAt((logs) => objective(logs) * n, best.x);
  const [r, alpha, a, b] = Array.from(best.x, Math.exp) as [number, number, number, number];
  return { r, alpha, a, b, leavesAtOnce, logLikelihood: -negative(best.x), covariance, converged: best.converged };
}

/** Probability that a customer with this history is still active; 1 without a repeat order where nobody leaves before one. */
export function probabilityAlive(model: BgNbdParameters, x: number, tx: number, T: number): number {
  const chances = x + (model.leavesAtOnce ? 1 : 0);
  if (chances <= 0) return 1;
  const { r, alpha, a, b } = model;
  const odds = Math.log(a / (b + chances - 1)) + (r + x) * (Math.log(alpha + T) - Math.log(alpha + tx));
  return 1 / (1 + Math.exp(Math.min(700, odds)));
}

/**
 * Orders expected in the next `horizon` (unit of the histories) from a customer with this history.
 * Fader, Hardie and Lee 2005, equation 10, with Euler's transformation so that the series converges for long horizons.
 */
export function expectedOrders(model: BgNbdParameters, x: number, tx: number, T: number, horizon: number): number {
  if (horizon <= 0) return 0;
  const { r, alpha } = model;
  const b = model.b + (model.leavesAtOnce ? 1 : 0);
  const at = (a: number): number => {
    const z = horizon / (alpha + T + horizon);
    const c = a + b + x - 1;
    const series = hypergeometric2F1(a + b - 1 - r, a - 1, Math.max(c, 1e-9), z);
    return (c / (a - 1)) * (1 - (1 - z) ** (a - 1) * series);
  };
  // The formula is 0 / 0 at a = 1 though its limit is smooth: the mean of both sides stands in.
  const expected = Math.abs(model.a - 1) < 1e-4 ? (at(1 - 1e-4) + at(1 + 1e-4)) / 2 : at(model.a);
  return Math.max(0, expected * probabilityAlive(model, x, tx, T));
}

/**
 * Time from now by which a customer who is still active orders next with a probability of `part`, 0 to 1; 0.5 is the median. Of the
 * rate that the history leaves open, Gamma(r + x, alpha + T).
 */
export function timeToNextOrder(model: BgNbdParameters, x: number, T: number, part = 0.5): number {
  return (model.alpha + T) * ((1 - part) ** (-1 / (model.r + x)) - 1);
}

/**
 * Probability, 0 to 1, that a customer with this history orders at least once in the next `horizon` (unit of the histories): still
 * active, and an order of an active customer in time. Unlike the probability of being active it can be held against what came.
 */
export function probabilityOfOrder(model: BgNbdParameters, x: number, tx: number, T: number, horizon: number): number {
  if (horizon <= 0) return 0;
  const none = (model.r + x) * Math.log((model.alpha + T) / (model.alpha + T + horizon));
  return probabilityAlive(model, x, tx, T) * -Math.expm1(none);
}

/**
 * Natural logarithm of the probability that a customer with this history orders exactly `count` times in the next `horizon`. O(count).
 *
 * A customer who is active begins anew with what the history leaves open: Fader, Hardie and Lee 2005, equation 8, with r + x, alpha + T
 * and b + x in place of r, alpha and b.
 */
export function logProbabilityOfOrders(
  model: BgNbdParameters,
  { x, tx, T }: { x: number; tx: number; T: number },
  horizon: number,
  count: number,
): number {
  const alive = probabilityAlive(model, x, tx, T);
  const r = model.r + x;
  const b = model.b + x + (model.leavesAtOnce ? 1 : 0);
  const { a } = model;
  const part = horizon / (model.alpha + T + horizon);
  // Probabilities that the rate alone gives 0, 1, … orders.
  let term = Math.exp(r * Math.log1p(-part));
  let fewer = 0;
  for (let k = 0; k < count; k++) {
    fewer += term;
    term *= ((r + k) / (k + 1)) * part;
  }
  const logBeta = (p: number, q: number): number => logGamma(p) + logGamma(q) - logGamma(p + q);
  const stayed = Math.exp(logBeta(a, b + count) - logBeta(a, b)) * term;
  const left = count > 0 ? Math.exp(logBeta(a + 1, b + count - 1) - logBeta(a, b)) * Math.max(0, 1 - fewer) : 0;
  const probability = alive * (stayed + left) + (count === 0 ? 1 - alive : 0);
  return Math.log(Math.max(probability, 1e-300));
}
