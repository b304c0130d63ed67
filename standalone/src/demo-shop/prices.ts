import type { Product } from './catalogue.ts';
import type { Day } from './days.ts';
import { blackFriday, yearlySeason } from './season.ts';
import { createStream } from './streams.ts';

/** Prices of all products, week by week; a price holds from Monday to Sunday. */
export interface PriceTable {
  weeks: number;
  /** Cents, product × week, row-major. */
  priceMinor: Int32Array;
  /** 1 where the price is a promotion's, product × week. */
  promoted: Uint8Array;
}

/** Lowest and highest price against the reference price. */
export const priceRange = { low: 0.68, high: 1.4 } as const;

/** How strongly the prices of seasonal products follow the shop's season: d log(price) / d log(season). */
const seasonPassThrough = 0.9;

/**
 * Draws the price path of every product. Exogenous products step to new levels at random weeks; seasonal ones follow the
 * shop's season too, dear when everybody buys, and have their promotions when nobody does, which is what misleads a naive
 * regression. Changes below 3 % are not made.
 */
export function drawPrices(seed: number, products: readonly Product[], days: readonly Day[]): PriceTable {
  const weeks = days.at(-1)!.week + 1;
  const season = weeklySeason(days, weeks);
  const blackWeeks = new Set(days.filter((day) => day.epochDay === blackFriday(day.year)).map((day) => day.week));
  const priceMinor = new Int32Array(products.length * weeks);
  const promoted = new Uint8Array(products.length * weeks);
  for (const product of products) {
    const random = createStream(seed, 'price', product.index);
    const spread = { stable: 0.01, exogenous: 0.17, seasonal: 0.1 }[product.pricing];
    let level = spread * random.normal();
    let current = Number.NaN;
    let promotionWeeks = 0;
    let cut = 0;
    for (let week = 0; week < weeks; week++) {
      const [stepAt, step, promotionAt, depth, blackAt] = [
        random.next(),
        random.normal(),
        random.next(),
        random.next(),
        random.next(),
      ];
      if (stepAt < (product.pricing === 'stable' ? 0.03 : 0.16)) level = spread * step;
      const seasonal = product.pricing === 'seasonal' ? seasonPassThrough * Math.log(season[week]!) : 0;
      const target = level + seasonal;
      if (!(Math.abs(target - current) < 0.03)) current = target;
      if (promotionWeeks > 0) promotionWeeks--;
      else if (product.pricing !== 'stable') {
        const chance = product.pricing === 'exogenous' ? 0.06 : season[week]! < 0.95 ? 0.11 : 0.02;
        if (promotionAt < chance || (blackWeeks.has(week) && blackAt < 0.35)) {
          cut = Math.log(1 - 0.12 - 0.18 * depth);
          promotionWeeks = blackWeeks.has(week) ? 1 : 1 + (depth < 0.4 ? 1 : 0);
        }
      }
      const onPromotion = promotionWeeks > 0;
      const relative = Math.min(priceRange.high, Math.max(priceRange.low, Math.exp(current + (onPromotion ? cut : 0))));
      const cell = product.index * weeks + week;
      priceMinor[cell] = roundToNine(product.referencePriceMinor * relative);
      promoted[cell] = onPromotion ? 1 : 0;
    }
  }
  return { weeks, priceMinor, promoted };
}

/** Shop prices end in 9 cents. */
function roundToNine(minor: number): number {
  return Math.max(99, Math.round((minor + 1) / 10) * 10 - 1);
}

function weeklySeason(days: readonly Day[], weeks: number): Float64Array {
  const sums = new Float64Array(weeks);
  const counts = new Float64Array(weeks);
  for (const day of days) {
    sums[day.week] = sums[day.week]! + yearlySeason(day);
    counts[day.week] = counts[day.week]! + 1;
  }
  return sums.map((sum, week) => sum / counts[week]!);
}
