import { historyBefore, type Interactions, kinds } from './interactions.ts';
import type { Profile } from './profile.ts';

/** How soon products are bought again. */
export interface ReBuyIntervals {
  /** Typical days between purchases of a product by one customer; NaN where nobody bought it twice. */
  gapDays: Float64Array;
  /** Number of gaps seen. */
  gaps: Int32Array;
}

/** Gaps that weigh as much as a customer's own first one. */
const priorGaps = 2;

/** Median gap of each product over all customers. O(rows log rows). */
export function fitReBuy(data: Interactions, day: number): ReBuyIntervals {
  const gaps: number[][] = Array.from({ length: data.products }, () => []);
  for (let c = 0; c < data.customers; c++) {
    const history = historyBefore(data, c, day);
    const last = new Map<number, number>();
    for (let row = history.from; row < history.to; row++) {
      if (history.kind[row] !== kinds.purchase) continue;
      const product = history.product[row]!;
      const before = last.get(product);
      // Two orders of one day are one errand.
      if (before !== undefined && history.day[row]! - before >= 1) gaps[product]!.push(history.day[row]! - before);
      last.set(product, history.day[row]!);
    }
  }
  return {
    gapDays: Float64Array.from(gaps, (values) => {
      if (values.length === 0) return Number.NaN;
      values.sort((a, b) => a - b);
      return (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2;
    }),
    gaps: Int32Array.from(gaps, (values) => values.length),
  };
}

/**
 * Days between purchases that are expected of a customer for the j-th product of their profile: their own mean gap, drawn
 * towards the product's typical one (as if of two gaps) on the logarithm. NaN where neither is known.
 */
export function expectedGapDays(profile: Profile, j: number, intervals: ReBuyIntervals): number {
  const own = profile.gapDays[j]!;
  const typical = intervals.gapDays[profile.products[j]!] ?? Number.NaN;
  if (!(own > 0)) return typical;
  if (!(typical > 0)) return own;
  const ownGaps = profile.orders[j]! - 1;
  return Math.exp((ownGaps * Math.log(own) + priorGaps * Math.log(typical)) / (ownGaps + priorGaps));
}
