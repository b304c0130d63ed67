import { type SparseMatrix, sparseMatrix } from '@cda/platform/ml/sparse-matrix.ts';
import { topK } from '@cda/platform/ml/top-k.ts';

/**
 * A linear item-to-item model: the score of product i is Σ weight(i, j) · query(j) over the products j of a history.
 * `byTarget` holds the weights by scored product; `byInput` is its transpose, for scoring.
 */
export interface ItemModel {
  byTarget: SparseMatrix;
  byInput: SparseMatrix;
}

/** Adds the model's scores of every product to `scores` (length products). O(Σ entries of the history's products). */
export function addScores(
  byInput: SparseMatrix,
  products: Int32Array,
  query: Float64Array,
  scores: Float64Array,
): void {
  for (let j = 0; j < products.length; j++) {
    const weight = query[j]!;
    const product = products[j]!;
    if (weight === 0 || product >= byInput.rows) continue;
    for (let at = byInput.offsets[product]!; at < byInput.offsets[product + 1]!; at++) {
      scores[byInput.indices[at]!]! += weight * byInput.values[at]!;
    }
  }
}

/** What each product of a history adds to the score of `target`: length m, summing to the score. O(entries of target + m). */
export function contributions(
  byTarget: SparseMatrix,
  target: number,
  products: Int32Array,
  query: Float64Array,
): Float64Array {
  const out = new Float64Array(products.length);
  if (target >= byTarget.rows) return out;
  // Both lists ascend.
  let j = 0;
  for (let at = byTarget.offsets[target]!; at < byTarget.offsets[target + 1]! && j < products.length; at++) {
    const input = byTarget.indices[at]!;
    while (j < products.length && products[j]! < input) j++;
    if (j < products.length && products[j] === input) out[j] = query[j]! * byTarget.values[at]!;
  }
  return out;
}

/** Keeps the `keep` entries of each target that are largest in size. `dense`: target × input, row-major. O(n² log keep). */
export function truncate(dense: (target: number) => Float64Array, n: number, keep: number): SparseMatrix {
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  for (let target = 0; target < n; target++) {
    const weights = dense(target);
    const size = weights.map((weight) => (weight === 0 ? Number.NEGATIVE_INFINITY : Math.abs(weight)));
    for (const input of topK(size, keep)) {
      rows.push(target);
      columns.push(input);
      values.push(weights[input]!);
    }
  }
  return sparseMatrix(n, n, rows, columns, values);
}
