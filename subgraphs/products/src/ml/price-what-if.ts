import { normalQuantile } from '@cda/platform/ml/normal-distribution.ts';

/** What is known of a product's demand about its present price. Prices in any one unit of money. */
export interface DemandCurve {
  readonly elasticity: number;
  /** Standard deviation of the elasticity, ≥ 0. */
  readonly deviation: number;
  readonly presentPrice: number;
  /** Units a week at the present price. */
  readonly presentUnits: number;
  /** The prices that were seen: outside them nobody knows. */
  readonly lowestPrice: number;
  readonly highestPrice: number;
}

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const z95 = normalQuantile(0.975);

/**
 * Units a week expected at another price, by constant elasticity, with the interval that comes from not knowing the
 * elasticity exactly (none at the present price, wider the further away). 'OUTSIDE_OBSERVED_RANGE' for a price that was
 * never near: a curve may not be trusted where no price has been. O(1).
 */
export function expectDemand(curve: DemandCurve, price: number): Estimate | 'OUTSIDE_OBSERVED_RANGE' {
  // Half a per cent past the ends is rounding, not extrapolation.
  if (!(price >= curve.lowestPrice * 0.995 && price <= curve.highestPrice * 1.005)) return 'OUTSIDE_OBSERVED_RANGE';
  const change = Math.log(price / curve.presentPrice);
  const spread = z95 * Math.abs(change) * curve.deviation;
  const value = curve.presentUnits * Math.exp(curve.elasticity * change);
  return { value, low: value * Math.exp(-spread), high: value * Math.exp(spread) };
}

export interface BestPrice {
  readonly price: number;
  /** Units a week at that price. */
  readonly units: Estimate;
  /** What the week's profit (or revenue, without a cost) grows by against the present price, in units of money. */
  readonly gain: Estimate;
  /** Whether the optimum lies inside the observed prices or at one of their ends, beyond which nothing is known. */
  readonly position: 'INSIDE' | 'AT_LOWEST' | 'AT_HIGHEST';
  /** False when the interval of the gain reaches below 0: then the change may as well lose. */
  readonly certain: boolean;
}

/**
 * The price inside the observed range that earns most: profit (price − unitCost) · units, or revenue without a cost.
 *
 * With constant elasticity e < −1 and cost c the optimum is c · e / (1 + e); revenue is monotone in the price, and so
 * best at an end of the range. Undefined when the product's present price lies outside its own range or nothing is sold.
 * O(1).
 */
export function findBestPrice(curve: DemandCurve, unitCost?: number): BestPrice | undefined {
  const { elasticity, lowestPrice, highestPrice, presentPrice, presentUnits } = curve;
  if (!(presentUnits > 0) || expectDemand(curve, presentPrice) === 'OUTSIDE_OBSERVED_RANGE') return undefined;
  const cost = unitCost ?? 0;
  const earn = (price: number, slope: number): number =>
    (price - cost) * presentUnits * Math.exp(slope * Math.log(price / presentPrice));
  const ideal = elasticity < -1 && cost > 0 ? (cost * elasticity) / (1 + elasticity) : Number.NaN;
  const candidates = [lowestPrice, highestPrice, Math.min(highestPrice, Math.max(lowestPrice, ideal))];
  let price = presentPrice;
  for (const candidate of candidates) {
    if (Number.isFinite(candidate) && earn(candidate, elasticity) > earn(price, elasticity)) price = candidate;
  }
  const units = expectDemand(curve, price);
  if (units === 'OUTSIDE_OBSERVED_RANGE') return undefined;
  const gainAt = (slope: number): number => earn(price, slope) - earn(presentPrice, slope);
  const ends = [gainAt(elasticity - z95 * curve.deviation), gainAt(elasticity + z95 * curve.deviation)];
  const gain = { value: gainAt(elasticity), low: Math.min(...ends), high: Math.max(...ends) };
  const position = price <= lowestPrice ? 'AT_LOWEST' : price >= highestPrice ? 'AT_HIGHEST' : 'INSIDE';
  return { price, units, gain, position, certain: gain.low > 0 };
}
