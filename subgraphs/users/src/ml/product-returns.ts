/** Which products each of m customers has bought and when first, customer by customer. */
export interface Baskets {
  /** m + 1 offsets into the other two. */
  start: Int32Array;
  product: Int32Array;
  /** Days since 1970. */
  firstDay: Float64Array;
  products: number;
}

/** What buying each product says about coming back, beyond everything else that is known. One table a fold and one over all. */
export interface ProductReturns {
  folds: number;
  /** (folds + 1) × products sums of residuals (left − expected); table f lacks the customers of fold f, the last one lacks nobody. */
  sums: Float64Array;
  counts: Float64Array;
}

/** Residuals worth this many customers of prior pull a product's mean to 0. */
const SHRINKAGE = 20;

/**
 * Sums residuals of a churn model by product, in folds of customers, so that nobody's own outcome colours their own column.
 *
 * @param rows `customer` (number in `baskets`), `day` (snapshot) and `residual` (left − probability) of each training row.
 * @param weight of a row: 1 / snapshots, since a customer stands in several.
 * O(rows · products of a customer · folds). Target encoding with shrinkage: Micci-Barreca 2001.
 */
export function fitProductReturns(
  baskets: Baskets,
  rows: { customer: Int32Array; day: Float64Array; residual: Float64Array },
  weight: number,
  folds = 5,
): ProductReturns {
  const { products } = baskets;
  const sums = new Float64Array((folds + 1) * products);
  const counts = new Float64Array((folds + 1) * products);
  for (let i = 0; i < rows.customer.length; i++) {
    const customer = rows.customer[i]!;
    const fold = foldOf(customer, folds);
    for (let at = baskets.start[customer]!; at < baskets.start[customer + 1]!; at++) {
      if (baskets.firstDay[at]! >= rows.day[i]!) continue;
      const cell = fold * products + baskets.product[at]!;
      const all = folds * products + baskets.product[at]!;
      sums[cell]! += weight * rows.residual[i]!;
      counts[cell]! += weight;
      sums[all]! += weight * rows.residual[i]!;
      counts[all]! += weight;
    }
  }
  // "Without fold f" is "all, less fold f".
  for (let fold = 0; fold < folds; fold++) {
    for (let p = 0; p < products; p++) {
      sums[fold * products + p] = sums[folds * products + p]! - sums[fold * products + p]!;
      counts[fold * products + p] = counts[folds * products + p]! - counts[fold * products + p]!;
    }
  }
  return { folds, sums, counts };
}

/**
 * The column for a customer as of a day: shrunken means of the products bought before it, summed over the root of their number.
 * Positive: buyers of these products leave more often than their other features say.
 */
export function productReturn(
  fitted: ProductReturns,
  baskets: Baskets,
  customer: number,
  day: number,
  { training }: { training: boolean },
): number {
  const table = (training ? foldOf(customer, fitted.folds) : fitted.folds) * baskets.products;
  let sum = 0;
  let known = 0;
  for (let at = baskets.start[customer]!; at < baskets.start[customer + 1]!; at++) {
    if (baskets.firstDay[at]! >= day) continue;
    const cell = table + baskets.product[at]!;
    const count = fitted.counts[cell]!;
    if (count <= 0) continue;
    sum += fitted.sums[cell]! / (count + SHRINKAGE);
    known++;
  }
  return sum / Math.sqrt(known + 5);
}

/** Spreads customers evenly over the folds, whatever order they were numbered in. */
function foldOf(customer: number, folds: number): number {
  return ((Math.imul(customer + 1, 0x9e3779b1) >>> 16) % folds) as number;
}
