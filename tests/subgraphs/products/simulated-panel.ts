import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import type { PricePanel } from '../../../subgraphs/products/src/ml/price-panel.ts';

interface Shape {
  readonly seed: number;
  readonly products?: number;
  readonly weeks?: number;
  readonly categories?: number;
  /** Mean units a week of a typical product. */
  readonly units?: number;
  /** Standard deviation of the noise of log demand. */
  readonly noise?: number;
  /** Units are whole, Poisson about their mean, and weeks without a sale stay in the panel. */
  readonly counts?: boolean;
  /** Standard deviation between products of how strongly the season moves them. */
  readonly seasonSpread?: number;
}

/**
 * A shop whose elasticities are known: category means about −2, products about them, log demand with product level,
 * common season, noise that hangs together from week to week, and promotions that are told apart from the price.
 * Prices move by list changes and promotions; half the products are dearer when the season is high, which hides their
 * elasticity from whoever only compares price and sales.
 */
export function simulatePanel(shape: Shape): PricePanel & { truth: Float64Array } {
  const { products = 200, weeks = 80, categories = 8, units = 60, noise = 0.4, seasonSpread = 0 } = shape;
  const random = createRandom(shape.seed);
  const season = Float64Array.from(
    { length: weeks },
    (_, t) => 1.6 * Math.sin((2 * Math.PI * t) / 52) + 0.6 * Math.sin((4 * Math.PI * t) / 52 + 1),
  );
  const categoryMean = Float64Array.from({ length: categories }, () => -2.04 + 0.35 * random.normal());
  const category = Int32Array.from({ length: products }, () => random.integer(categories));
  const truth = Float64Array.from(category, (c) => Math.min(-0.2, categoryMean[c]! + 0.5 * random.normal()));
  const n = products * weeks;
  const panel = {
    productCount: products,
    weekCount: weeks,
    categoryCount: categories,
    product: new Int32Array(n),
    week: new Int32Array(n),
    units: new Float64Array(n),
    price: new Float64Array(n),
    promotion: new Float64Array(n),
    stockOut: new Float64Array(n),
    category,
    truth,
  };
  for (let p = 0; p < products; p++) {
    const followsSeason = p % 2 === 0;
    const level = Math.log(units) + 0.6 * random.normal();
    const listLogPrice = Math.log(5) + 0.7 * random.normal();
    const seasonality = 1 + seasonSpread * random.normal();
    let step = 0;
    let shock = noise * random.normal();
    for (let t = 0; t < weeks; t++) {
      const cell = p * weeks + t;
      if (random.next() < 0.08) step = 0.2 * random.normal();
      const onSale = random.next() < 0.08;
      const relative = step + (onSale ? -0.25 : 0) + (followsSeason ? 0.18 * season[t]! : 0);
      shock = 0.3 * shock + Math.sqrt(1 - 0.3 ** 2) * noise * random.normal();
      const mean = Math.exp(level + truth[p]! * relative + seasonality * season[t]! + shock);
      panel.product[cell] = p;
      panel.week[cell] = t;
      panel.price[cell] = Math.exp(listLogPrice + relative);
      panel.units[cell] = shape.counts ? drawPoisson(mean, random) : mean;
    }
  }
  return panel;
}

/** By multiplication of uniforms in pieces of mean ≤ 30 (Knuth), so that it stays exact for large means. */
function drawPoisson(mean: number, random: Random): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 30) {
    const limit = Math.exp(-Math.min(rest, 30));
    for (let product = random.next(); product > limit; product *= random.next()) count++;
  }
  return count;
}
