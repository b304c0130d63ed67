import type { ProductContent } from './content-model.ts';
import type { Profile } from './profile.ts';

/** What the catalogue says of products, in numbers. */
export interface Shelf {
  /** Index of each product's first category level; −1 where it has none. */
  category: Int32Array;
  /** Share of purchases that fall on each category, 0..1. */
  categoryShare: Float64Array;
  /** ln of the price in minor units; NaN where unknown. */
  logPrice: Float64Array;
  /** Mean of `logPrice` over purchases. */
  meanLogPrice: number;
}

/** How a customer leans, against the shop's average. */
export interface Affinity {
  /** ln(own share of the category / the shop's share), by category. */
  category: Float64Array;
  /** Mean ln of the prices that they go for. */
  logPrice: number;
}

/** Weight of the shop's average in a customer's own. */
const prior = 1.5;

/** Reads the shelf; `popularity` (buyers by product) weighs the averages. O(products). */
export function fitShelf(contents: readonly ProductContent[], popularity: Float64Array): Shelf {
  const indexOf = new Map<string, number>();
  const category = Int32Array.from(contents, (content) => {
    const [name] = content.category.split('>');
    const key = name!.trim().toLowerCase();
    if (key === '') return -1;
    if (!indexOf.has(key)) indexOf.set(key, indexOf.size);
    return indexOf.get(key)!;
  });
  const logPrice = Float64Array.from(contents, ({ priceMinor }) =>
    priceMinor > 0 ? Math.log(priceMinor) : Number.NaN,
  );
  const categoryShare = new Float64Array(indexOf.size);
  let total = 0;
  let priced = 0;
  let sum = 0;
  for (let i = 0; i < contents.length; i++) {
    const weight = popularity[i]! + 0.1;
    if (category[i]! >= 0) {
      categoryShare[category[i]!]! += weight;
      total += weight;
    }
    if (!Number.isNaN(logPrice[i]!)) {
      priced += weight;
      sum += weight * logPrice[i]!;
    }
  }
  for (let c = 0; c < categoryShare.length; c++) categoryShare[c]! /= total;
  return { category, categoryShare, logPrice, meanLogPrice: priced > 0 ? sum / priced : 0 };
}

/** Where a customer leans: shares and mean of what they touched, drawn towards the shop's average. O(m + categories). */
export function affinityOf(profile: Profile, shelf: Shelf): Affinity {
  const weights = new Float64Array(shelf.categoryShare.length);
  let total = 0;
  let priced = 0;
  let sum = 0;
  for (let j = 0; j < profile.products.length; j++) {
    const product = profile.products[j]!;
    const weight = profile.taste[j]!;
    const category = shelf.category[product] ?? -1;
    if (category >= 0) {
      weights[category]! += weight;
      total += weight;
    }
    const price = shelf.logPrice[product] ?? Number.NaN;
    if (!Number.isNaN(price)) {
      priced += weight;
      sum += weight * price;
    }
  }
  return {
    category: weights.map((weight, c) => Math.log((weight / shelf.categoryShare[c]! + prior) / (total + prior))),
    logPrice: (sum + prior * shelf.meanLogPrice) / (priced + prior),
  };
}

/** How much a product's category is the customer's, 0 where it has none. */
export const categoryLeaning = (affinity: Affinity, shelf: Shelf, product: number): number => {
  const category = shelf.category[product]!;
  return category < 0 ? 0 : affinity.category[category]!;
};

/** How near the price is to what the customer goes for: −(distance of logarithms)², from −4 to 0; 0 where it is unknown. */
export const priceLeaning = (affinity: Affinity, shelf: Shelf, product: number): number => {
  const price = shelf.logPrice[product]!;
  return Number.isNaN(price) ? 0 : -Math.min(4, (price - affinity.logPrice) ** 2);
};
