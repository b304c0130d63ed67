import { invertSymmetric } from '@cda/platform/ml/blocked-cholesky.ts';
import { transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { fitIals, ialsDefaults } from './ials.ts';
import type { Interactions } from './interactions.ts';
import { type ItemModel, truncate } from './item-model.ts';
import { type ProfileOptions, profileDefaults } from './profile.ts';
import { tasteMatrix } from './taste-model.ts';

export interface FactorOptions {
  /** Length k of the factors: how many tastes a shop may have. */
  factors: number;
  alpha: number;
  lambda: number;
  sweeps: number;
  /** Days after which an interaction counts 1/e in training. */
  decayDays: number;
  /** Power of a customer's number of products that their row is divided by. */
  damping: number;
  /** Weights kept of each product. */
  keep: number;
  seed: number;
}

export const factorDefaults: FactorOptions = {
  factors: 16,
  alpha: ialsDefaults.alpha,
  lambda: ialsDefaults.lambda,
  sweeps: 12,
  decayDays: 365,
  damping: 0.25,
  keep: 150,
  seed: 1,
};

/** Products as points of a few tastes. */
export interface FactorModel {
  factors: number;
  /** n × k, row-major. */
  products: Float32Array;
  /** k × k: what carries the sum of a customer's products to their own factors. */
  carry: Float64Array;
}

/**
 * Factors of products by implicit alternating least squares, with a fold-in that is the same for all customers: their factors are
 * `carry` · Σ w y over what they touched, carry = (α YᵀY + mean over customers of Σ c y yᵀ + ridge)⁻¹. The exact fold-in has each
 * customer's own sum in place of the mean; the common one is linear, so that each product of a history adds its own part and
 * taking one away takes its part away.
 *
 * For cost see `fitIals`.
 */
export function fitFactors(
  data: Interactions,
  day: number,
  options: FactorOptions = factorDefaults,
  profiles: ProfileOptions = profileDefaults,
): FactorModel {
  const { factors: k, sweeps, alpha, lambda, seed } = options;
  const x = tasteMatrix(data, day, options, profiles);
  const { products } = fitIals(x, { ...ialsDefaults, factors: k, alpha, lambda, sweeps, seed });
  const n = data.products;
  const weight = new Float64Array(n).fill(alpha);
  let active = 0;
  for (let c = 0; c < x.rows; c++) if (x.offsets[c + 1]! > x.offsets[c]!) active++;
  for (let at = 0; at < x.indices.length; at++) weight[x.indices[at]!]! += x.values[at]! / Math.max(1, active);
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < k; a++) {
      const value = weight[i]! * products[i * k + a]!;
      for (let b = 0; b <= a; b++) matrix[a * k + b]! += value * products[i * k + b]!;
    }
  }
  // A shop of nothing has no factors, and no fault either.
  const ridge = Math.max(1e-9, lambda * (x.indices.length / Math.max(1, active) + alpha * n));
  for (let a = 0; a < k; a++) matrix[a * k + a]! += ridge;
  return { factors: k, products, carry: invertSymmetric(matrix, k) };
}

/** The factors as an item-to-item model, weight(i, j) = yᵢ · carry · yⱼ; the `keep` largest of each product. O(n² · k). */
export function factorsAsItems({ factors: k, products, carry }: FactorModel, keep: number): ItemModel {
  const n = products.length / k;
  const weights = new Float64Array(n);
  const carried = new Float64Array(k);
  const byTarget = truncate(
    (target) => {
      for (let a = 0; a < k; a++) {
        let sum = 0;
        for (let b = 0; b < k; b++) sum += carry[a * k + b]! * products[target * k + b]!;
        carried[a] = sum;
      }
      for (let input = 0; input < n; input++) {
        let sum = 0;
        const from = input * k;
        for (let a = 0; a < k; a++) sum += carried[a]! * products[from + a]!;
        // What a product says of itself is no news.
        weights[input] = input === target ? 0 : sum;
      }
      return weights;
    },
    n,
    keep,
  );
  return { byTarget, byInput: transpose(byTarget) };
}

/** Factors of active products as those of all n; the others stand at the origin, in no taste. O(n · k). */
export function expandFactors(model: FactorModel, active: Int32Array, n: number): FactorModel {
  if (active.length === n) return model;
  const { factors: k } = model;
  const products = new Float32Array(n * k);
  for (const [at, product] of active.entries())
    products.set(model.products.subarray(at * k, (at + 1) * k), product * k);
  return { ...model, products };
}
