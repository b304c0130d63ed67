import { type SparseMatrix, sparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import { historyBefore, type Interactions, kinds } from './interactions.ts';
import type { ItemModel } from './item-model.ts';
import { ordersOf } from './next-order-model.ts';

/** Products that stand in the same orders: for each product those that do so more often than chance. */
export interface CoPurchases {
  /** n × n: orders that hold both, expected number by chance being `orders(i) · orders(j) / orders`. */
  together: SparseMatrix;
  /** Lift of each entry of `together`, held down where few orders speak. */
  lift: Float64Array;
  /** Orders that hold each product. */
  orders: Float64Array;
  /** Orders in all. */
  total: number;
}

/** Orders by chance that are added to both sides of a lift. */
const priorOrders = 2;

/**
 * Counts pairs in orders and keeps for each product the `keep` partners of the greatest significance:
 * (together − expected) / √expected, with a lift above 1.1 and at least `minimum` orders with both.
 *
 * Orders of more than `longest` products say nothing of pairs and are left out. O(Σ (products of an order)² + n² log keep).
 */
export function fitCoPurchases(data: Interactions, { keep = 50, minimum = 3, longest = 200 } = {}): CoPurchases {
  const n = data.products;
  const rows: number[] = [];
  const columns: number[] = [];
  let total = 0;
  for (let c = 0; c < data.customers; c++) {
    const history = historyBefore(data, c);
    for (const { from, to } of ordersOf(history)) {
      const products = new Set<number>();
      for (let at = from; at < to; at++) if (data.kind[at] === kinds.purchase) products.add(data.product[at]!);
      if (products.size > longest) continue;
      for (const product of products) {
        rows.push(total);
        columns.push(product);
      }
      total++;
    }
  }
  const byOrder = sparseMatrix(total, n, rows, columns, new Float64Array(rows.length).fill(1));
  const byProduct = transpose(byOrder);
  const orders = Float64Array.from({ length: n }, (_, i) => byProduct.offsets[i + 1]! - byProduct.offsets[i]!);
  const together = new Float64Array(n);
  const significance = new Float64Array(n);
  const out = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  for (let i = 0; i < n; i++) {
    together.fill(0);
    for (let at = byProduct.offsets[i]!; at < byProduct.offsets[i + 1]!; at++) {
      const order = byProduct.indices[at]!;
      for (let other = byOrder.offsets[order]!; other < byOrder.offsets[order + 1]!; other++)
        together[byOrder.indices[other]!]!++;
    }
    for (let j = 0; j < n; j++) {
      const expected = (orders[i]! * orders[j]!) / Math.max(1, total);
      const counts = j !== i && together[j]! >= minimum && liftOf(together[j]!, expected) > 1.1;
      significance[j] = counts ? (together[j]! - expected) / Math.sqrt(expected) : Number.NEGATIVE_INFINITY;
    }
    for (const j of topK(significance, keep)) {
      out.rows.push(i);
      out.columns.push(j);
      out.values.push(together[j]!);
    }
  }
  const pairs = sparseMatrix(n, n, out.rows, out.columns, out.values);
  const lift = new Float64Array(pairs.values.length);
  for (let i = 0; i < n; i++) {
    for (let at = pairs.offsets[i]!; at < pairs.offsets[i + 1]!; at++) {
      lift[at] = liftOf(pairs.values[at]!, (orders[i]! * orders[pairs.indices[at]!]!) / Math.max(1, total));
    }
  }
  return { together: pairs, lift, orders, total };
}

/**
 * Pairs as an item-to-item model: weight(i, j) = share of the orders with j that hold i as well, held down where few speak. What is in
 * a cart then adds up what else such carts hold. O(pairs).
 */
export function togetherAsItems({ together, orders }: CoPurchases): ItemModel {
  const values = together.values.slice();
  for (let i = 0; i < together.rows; i++) {
    for (let at = together.offsets[i]!; at < together.offsets[i + 1]!; at++) {
      values[at]! /= orders[together.indices[at]!]! + 5 * priorOrders;
    }
  }
  const byTarget = { ...together, values };
  return { byTarget, byInput: transpose(byTarget) };
}

const liftOf = (together: number, expected: number): number => (together + priorOrders) / (expected + priorOrders);
