import type { OrderHistory } from './order-history.ts';

/** Features of what customers bought, as of a day: nothing of that day or later is seen. */
export const productFeatures = [
  { name: 'products', about: 'Different products bought' },
  { name: 'orderedProducts', about: 'Products of all orders, each once an order' },
  { name: 'latestProducts', about: 'Products of the latest order' },
  { name: 'latestNewShare', about: 'Share of the latest order that had not been bought before' },
  { name: 'popularity', about: 'Mean logarithm of how often the bought products were ordered by anybody' },
  { name: 'novelty', about: 'Share of bought products that the shop had sold for less than 60 days' },
  {
    name: 'trend',
    about: 'Mean logarithm of the sales of the bought products in the last 30 days over their usual ones',
  },
] as const;

export type ProductFeatureName = (typeof productFeatures)[number]['name'];

const width = productFeatures.length;

/**
 * Features of the given customers (all where none are given) as of `day`: m × 7, row-major, in the order of the list; zeros for a customer
 * without an order before it. `firstDay` is that of the shop's history. O(lines before `day`).
 */
export function computeProductFeatures(
  history: OrderHistory,
  day: number,
  firstDay: number,
  customers: Int32Array = Int32Array.from({ length: history.start.length - 1 }, (_, i) => i),
): Float32Array {
  const { start, lines, product, products } = history;
  const sold = new Float64Array(products);
  const soldLately = new Float64Array(products);
  const soldFirst = new Float64Array(products).fill(Number.POSITIVE_INFINITY);
  for (let order = 0; order < history.day.length; order++) {
    const at = history.day[order]!;
    if (at >= day) continue;
    for (let line = lines[order]!; line < lines[order + 1]!; line++) {
      const p = product[line]!;
      sold[p]!++;
      if (at >= day - 30) soldLately[p]!++;
      if (at < soldFirst[p]!) soldFirst[p] = at;
    }
  }
  const logSold = sold.map((count) => Math.log(Math.max(1, count)));
  const months = Math.max(1, (day - firstDay) / 30);
  const trend = sold.map((count, p) => Math.log((soldLately[p]! + 1) / (count / months + 1)));
  const out = new Float32Array(customers.length * width);
  const seenBy = new Int32Array(products).fill(-1);
  for (let i = 0; i < customers.length; i++) {
    const c = customers[i]!;
    let distinct = 0;
    let ordered = 0;
    let latest = 0;
    let latestNew = 0;
    let popularity = 0;
    let fresh = 0;
    let going = 0;
    for (let order = start[c]!; order < start[c + 1]! && history.day[order]! < day; order++) {
      latest = lines[order + 1]! - lines[order]!;
      latestNew = 0;
      for (let line = lines[order]!; line < lines[order + 1]!; line++) {
        const p = product[line]!;
        ordered++;
        popularity += logSold[p]!;
        going += trend[p]!;
        if (day - soldFirst[p]! < 60) fresh++;
        if (seenBy[p] !== c) {
          seenBy[p] = c;
          distinct++;
          latestNew++;
        }
      }
    }
    if (ordered === 0) continue;
    const to = i * width;
    out[to] = distinct;
    out[to + 1] = ordered;
    out[to + 2] = latest;
    out[to + 3] = latest > 0 ? latestNew / latest : 0;
    out[to + 4] = popularity / ordered;
    out[to + 5] = fresh / ordered;
    out[to + 6] = going / ordered;
  }
  return out;
}
