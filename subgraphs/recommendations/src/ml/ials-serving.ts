import { invertSymmetric } from '@cda/platform/ml/blocked-cholesky.ts';
import type { IalsModel } from './ials.ts';

/** A customer folded in: their factors, and how each entry of theirs carries scores. */
export interface FoldedIn {
  /** k factors. */
  factors: Float64Array;
  /** What each entry adds to the score of a product; the sum is the score. */
  explain(product: number): Float64Array;
}

/**
 * Solves the factors of one customer exactly, without touching the model: W = (α YᵀY + Σ c y yᵀ + ridge)⁻¹, x = W Σ c y. The score
 * of product i is then Σⱼ cⱼ yᵢᵀ W yⱼ: a sum over the customer's own entries.
 *
 * @param products m products that they touched. @param weights m weights c.
 *
 * O(k³ + products · k²) the first time for the Gram matrix, which can be given. Hu, Koren, Volinsky (ICDM 2008), section 5.
 */
export function foldIn(model: IalsModel, gram: Float64Array, products: Int32Array, weights: Float64Array): FoldedIn {
  const { factors: k, alpha, lambda, products: y } = model;
  const others = y.length / k;
  const matrix = gram.map((value) => alpha * value);
  const sum = new Float64Array(k);
  for (let j = 0; j < products.length; j++) {
    const at = products[j]! * k;
    const weight = weights[j]!;
    for (let a = 0; a < k; a++) {
      sum[a]! += weight * y[at + a]!;
      for (let b = 0; b < k; b++) matrix[a * k + b]! += weight * y[at + a]! * y[at + b]!;
    }
  }
  const ridge = lambda * (products.length + alpha * others);
  for (let a = 0; a < k; a++) matrix[a * k + a]! += ridge;
  const inverse = invertSymmetric(matrix, k);
  const times = (vector: ArrayLike<number>, from = 0): Float64Array => {
    const out = new Float64Array(k);
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a]! += inverse[a * k + b]! * vector[from + b]!;
    return out;
  };
  return {
    factors: times(sum),
    explain: (product) => {
      const carried = times(y, product * k);
      return Float64Array.from(products, (other, j) => {
        let score = 0;
        for (let a = 0; a < k; a++) score += carried[a]! * y[other * k + a]!;
        return weights[j]! * score;
      });
    },
  };
}
