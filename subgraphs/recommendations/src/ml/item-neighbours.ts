import { type SparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { type ItemModel, truncate } from './item-model.ts';

/**
 * Cosine of products over the rows of x (customers, or orders), held down by `shrink` where few rows speak:
 * xᵢ·xⱼ / (‖xᵢ‖ ‖xⱼ‖ + shrink). The `keep` largest of each product.
 *
 * @param x rows × products, non-negative.
 *
 * O(Σ entries of a row squared + n² log keep). Sarwar et al., Item-based collaborative filtering (WWW 2001); shrinkage as in
 * Bell and Koren, Scalable Collaborative Filtering with Jointly Derived Neighborhood Interpolation Weights (ICDM 2007).
 */
export function fitNeighbours(x: SparseMatrix, { keep = 100, shrink = 50 } = {}): ItemModel {
  const n = x.columns;
  const columns = transpose(x);
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let at = columns.offsets[i]!; at < columns.offsets[i + 1]!; at++) sum += columns.values[at]! ** 2;
    norms[i] = Math.sqrt(sum);
  }
  const products = new Float64Array(n);
  const byTarget = truncate(
    (i) => {
      products.fill(0);
      for (let at = columns.offsets[i]!; at < columns.offsets[i + 1]!; at++) {
        const row = columns.indices[at]!;
        const value = columns.values[at]!;
        for (let other = x.offsets[row]!; other < x.offsets[row + 1]!; other++) {
          products[x.indices[other]!]! += value * x.values[other]!;
        }
      }
      products[i] = 0;
      for (let j = 0; j < n; j++) {
        if (products[j] !== 0) products[j]! /= norms[i]! * norms[j]! + shrink;
      }
      return products;
    },
    n,
    keep,
  );
  return { byTarget, byInput: transpose(byTarget) };
}
