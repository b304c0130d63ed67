import { median } from '@cda/platform/ml/robust-statistics.ts';
import type { PricePanel } from './price-panel.ts';

/** What an elasticity of a product's own needs; below it the data can't tell price from chance. */
export const identificationNeeds = {
  /** Weeks with a sale. */
  weeks: 12,
  /** Units sold in all weeks. */
  units: 20,
  /** Standard deviation of log price over the weeks. */
  priceVariation: 0.05,
  /** Weeks in which the price was more than 2 % off its median. */
  changedWeeks: 4,
} as const;

/** `WEEKS` and `UNITS` come with time; `PRICE_VARIATION` and `CHANGED_WEEKS` only with other prices. */
export type IdentificationGap = 'NONE' | 'WEEKS' | 'UNITS' | 'PRICE_VARIATION' | 'CHANGED_WEEKS';

export interface Identification {
  /** productCount: what is missing first. */
  readonly gap: IdentificationGap[];
  /** productCount: how much of it there is; compare with `identificationNeeds`. */
  readonly have: Float64Array;
  /** productCount: 1 where nothing is missing. */
  readonly eligible: Uint8Array;
  /** productCount: weeks with a sale, units sold, lowest and highest price (NaN without cells). */
  readonly weeks: Int32Array;
  readonly units: Float64Array;
  readonly lowestPrice: Float64Array;
  readonly highestPrice: Float64Array;
}

/** Which products have seen enough weeks, sales and price changes to have an elasticity of their own. O(n log n). */
export function checkIdentification(panel: PricePanel): Identification {
  const { productCount } = panel;
  const logPrices: number[][] = Array.from({ length: productCount }, () => []);
  const weeks = new Int32Array(productCount);
  const units = new Float64Array(productCount);
  const lowestPrice = new Float64Array(productCount).fill(Number.NaN);
  const highestPrice = new Float64Array(productCount).fill(Number.NaN);
  for (let cell = 0; cell < panel.week.length; cell++) {
    const p = panel.product[cell]!;
    const price = panel.price[cell]!;
    logPrices[p]!.push(Math.log(price));
    units[p]! += panel.units[cell]!;
    if (panel.units[cell]! > 0) weeks[p]!++;
    if (!(price >= lowestPrice[p]!)) lowestPrice[p] = price;
    if (!(price <= highestPrice[p]!)) highestPrice[p] = price;
  }
  const have = new Float64Array(productCount);
  const gap = logPrices.map((prices, p): IdentificationGap => {
    have[p] = weeks[p]!;
    if (weeks[p]! < identificationNeeds.weeks) return 'WEEKS';
    have[p] = units[p]!;
    if (units[p]! < identificationNeeds.units) return 'UNITS';
    const mean = prices.reduce((sum, price) => sum + price, 0) / prices.length;
    have[p] = Math.sqrt(prices.reduce((sum, price) => sum + (price - mean) ** 2, 0) / prices.length);
    if (have[p]! < identificationNeeds.priceVariation) return 'PRICE_VARIATION';
    const usual = median(prices);
    have[p] = prices.filter((price) => Math.abs(price - usual) > 0.02).length;
    return have[p]! < identificationNeeds.changedWeeks ? 'CHANGED_WEEKS' : 'NONE';
  });
  return {
    gap,
    have,
    eligible: Uint8Array.from(gap, (missing) => (missing === 'NONE' ? 1 : 0)),
    weeks,
    units,
    lowestPrice,
    highestPrice,
  };
}
