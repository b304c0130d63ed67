import { type Trends, trendDays } from '../ml/popularity.ts';

/** The measure of what sells now that "sells better than most" goes by: thirty days, as lists of what sells best. */
const measure = trendDays.indexOf(30);

const medians = new WeakMap<Trends, number>();

/** Whether a product sells better now than most products of the model do. O(products log products) the first time, O(1) then. */
export function sellsBetterThanMost(trends: Trends, product: number): boolean {
  const sales = trends[measure];
  if (sales === undefined) return false;
  let median = medians.get(trends);
  if (median === undefined) {
    median = sales.toSorted()[sales.length >> 1] ?? 0;
    medians.set(trends, median);
  }
  return sales[product]! > median;
}
