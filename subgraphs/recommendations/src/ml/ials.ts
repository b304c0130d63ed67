import { createRandom } from '@cda/platform/ml/random.ts';
import { type SparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { type HalfSweep, solveRows } from './ials-rows.ts';
import { startRowWorkers } from './ials-workers.ts';

export interface IalsOptions {
  /** Length k of the factors. */
  factors: number;
  /** Weight of each place without an entry, against 1 of an entry. */
  alpha: number;
  /** Ridge penalty of a row of factors: λ · (its entries + alpha · length of the other side). */
  lambda: number;
  sweeps: number;
  /** Steps of conjugate gradients for a row in a sweep. */
  steps: number;
  seed: number;
  /** Worker threads besides this one; 0 keeps to this thread. The result is the same. */
  workers: number;
}

export const ialsDefaults: IalsOptions = {
  factors: 64,
  alpha: 0.3,
  lambda: 0.01,
  sweeps: 16,
  steps: 3,
  seed: 1,
  workers: 0,
};

export interface IalsModel {
  factors: number;
  alpha: number;
  lambda: number;
  /** customers × k, row-major. */
  customers: Float32Array;
  /** products × k, row-major. */
  products: Float32Array;
  /** Value of the objective after each sweep; it never rises. */
  objective: number[];
}

/**
 * Implicit alternating least squares: minimises Σ over entries of c (1 − x·y)² + α Σ over all places of (x·y)² + ridge, one side at
 * a time, each row by a few steps of conjugate gradients from where it stood. Rows are taken in batches of 64 off a shared
 * counter by as many threads as there are; each row depends on the other side only, so threads change nothing but the time.
 *
 * @param x customers × products, weights c ≥ 0 of the entries.
 *
 * O(sweeps · steps · (entries · k + rows · k²)). Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets
 * (ICDM 2008); penalty by frequency after Rendle et al., Revisiting the Performance of iALS (RecSys 2022).
 */
export function fitIals(x: SparseMatrix, options: IalsOptions = ialsDefaults): IalsModel {
  const { factors: k, alpha, lambda, steps } = options;
  const random = createRandom(options.seed);
  const draw = (rows: number): Float32Array => {
    const values = sharedFloats(rows * k);
    for (let i = 0; i < values.length; i++) values[i] = (0.1 * random.normal()) / Math.sqrt(k);
    return values;
  };
  const customers = draw(x.rows);
  const products = draw(x.columns);
  const gram = new Float64Array(new SharedArrayBuffer(8 * k * k));
  const half = (matrix: SparseMatrix, solved: Float32Array, fixed: Float32Array): HalfSweep => ({
    rows: matrix.rows,
    others: matrix.columns,
    offsets: sharedCopy(Int32Array, matrix.offsets),
    indices: sharedCopy(Int32Array, matrix.indices),
    values: sharedCopy(Float32Array, matrix.values),
    solved,
    fixed,
    gram,
    k,
    alpha,
    lambda,
    steps,
  });
  const halves = [half(x, customers, products), half(transpose(x), products, customers)] as const;
  using workers = startRowWorkers(halves, options.workers);
  const objective: number[] = [];
  for (let sweep = 0; sweep < options.sweeps; sweep++) {
    for (const [side, one] of halves.entries()) {
      gramOf(one.fixed, k, gram);
      if (workers) workers.solve(side);
      else solveRows(one, 0, one.rows);
    }
    objective.push(objectiveOf(halves[0], gramOf(products, k, new Float64Array(k * k))));
  }
  return { factors: k, alpha, lambda, customers, products, objective };
}

const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

function sharedCopy<T extends Int32Array | Float32Array>(
  type: new (buffer: SharedArrayBuffer) => T,
  values: ArrayLike<number>,
): T {
  const copy = new type(new SharedArrayBuffer(4 * values.length));
  copy.set(values);
  return copy;
}

/** YᵀY of rows of factors, into `out` (k × k). O(rows · k²). */
function gramOf(factors: Float32Array, k: number, out: Float64Array): Float64Array {
  out.fill(0);
  for (let row = 0; row < factors.length; row += k) {
    for (let a = 0; a < k; a++) {
      const value = factors[row + a]!;
      for (let b = 0; b <= a; b++) out[a * k + b]! += value * factors[row + b]!;
    }
  }
  for (let a = 0; a < k; a++) for (let b = a + 1; b < k; b++) out[a * k + b] = out[b * k + a]!;
  return out;
}

/** Value of what is minimised. O(entries · k + rows · k²). */
function objectiveOf(
  { rows, others, offsets, indices, values, solved, fixed, k, alpha, lambda }: HalfSweep,
  gram: Float64Array,
): number {
  let sum = 0;
  const otherEntries = new Float64Array(others);
  for (let row = 0; row < rows; row++) {
    const from = offsets[row]!;
    const to = offsets[row + 1]!;
    let norm = 0;
    let everywhere = 0;
    for (let a = 0; a < k; a++) {
      const value = solved[row * k + a]!;
      norm += value ** 2;
      let product = 0;
      for (let b = 0; b < k; b++) product += gram[a * k + b]! * solved[row * k + b]!;
      everywhere += value * product;
    }
    sum += alpha * everywhere + lambda * (to - from + alpha * others) * norm;
    for (let at = from; at < to; at++) {
      const other = indices[at]! * k;
      otherEntries[indices[at]!]!++;
      let score = 0;
      for (let a = 0; a < k; a++) score += solved[row * k + a]! * fixed[other + a]!;
      sum += values[at]! * (1 - score) ** 2;
    }
  }
  for (let other = 0; other < others; other++) {
    let norm = 0;
    for (let a = 0; a < k; a++) norm += fixed[other * k + a]! ** 2;
    sum += lambda * (otherEntries[other]! + alpha * rows) * norm;
  }
  return sum;
}
