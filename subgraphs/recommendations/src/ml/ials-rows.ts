/** One side of the alternation: rows to solve while the other side stands still. All arrays may be shared between threads. */
export interface HalfSweep {
  rows: number;
  /** Rows of the other side. */
  others: number;
  offsets: Int32Array;
  indices: Int32Array;
  values: Float32Array;
  /** rows × k, solved in place. */
  solved: Float32Array;
  /** others × k. */
  fixed: Float32Array;
  /** fixedᵀ · fixed, k × k. */
  gram: Float64Array;
  k: number;
  alpha: number;
  lambda: number;
  steps: number;
}

/**
 * Improves rows `from` to `to` by conjugate gradients on (α YᵀY + Σ c y yᵀ + ridge) x = Σ c y, without ever building the matrix.
 * Rows without entries become zero. O((to − from) · steps · k² + entries · steps · k).
 */
export function solveRows(half: HalfSweep, from: number, to: number): void {
  const { offsets, indices, values, solved, fixed, gram, k, alpha, lambda, others, steps } = half;
  const x = new Float64Array(k);
  const residual = new Float64Array(k);
  const direction = new Float64Array(k);
  const image = new Float64Array(k);
  for (let row = from; row < to; row++) {
    const begin = offsets[row]!;
    const end = offsets[row + 1]!;
    const place = row * k;
    if (begin === end) {
      solved.fill(0, place, place + k);
      continue;
    }
    const ridge = lambda * (end - begin + alpha * others);
    for (let a = 0; a < k; a++) x[a] = solved[place + a]!;

    // residual = Σ c (1 − y·x) y − (α G + ridge) x
    multiply(gram, x, residual, k);
    for (let a = 0; a < k; a++) residual[a] = -(alpha * residual[a]! + ridge * x[a]!);
    for (let at = begin; at < end; at++) {
      const other = indices[at]! * k;
      const weight = values[at]! * (1 - dot(fixed, other, x, k));
      for (let a = 0; a < k; a++) residual[a]! += weight * fixed[other + a]!;
    }
    direction.set(residual);
    let size = dot(residual, 0, residual, k);
    for (let step = 0; step < steps && size > 1e-20; step++) {
      multiply(gram, direction, image, k);
      for (let a = 0; a < k; a++) image[a] = alpha * image[a]! + ridge * direction[a]!;
      for (let at = begin; at < end; at++) {
        const other = indices[at]! * k;
        const weight = values[at]! * dot(fixed, other, direction, k);
        for (let a = 0; a < k; a++) image[a]! += weight * fixed[other + a]!;
      }
      const length = size / dot(direction, 0, image, k);
      for (let a = 0; a < k; a++) {
        x[a]! += length * direction[a]!;
        residual[a]! -= length * image[a]!;
      }
      const next = dot(residual, 0, residual, k);
      const turn = next / size;
      for (let a = 0; a < k; a++) direction[a] = residual[a]! + turn * direction[a]!;
      size = next;
    }
    for (let a = 0; a < k; a++) solved[place + a] = x[a]!;
  }
}

/** out = matrix · x for a k × k row-major matrix. */
function multiply(matrix: Float64Array, x: Float64Array, out: Float64Array, k: number): void {
  for (let a = 0; a < k; a++) out[a] = dot(matrix, a * k, x, k);
}

/** Σ values[at + a] · x[a], in four sums: one alone would wait for each addition to end. */
function dot(values: Float32Array | Float64Array, at: number, x: Float64Array, k: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let a = 0;
  for (; a + 3 < k; a += 4) {
    s0 += values[at + a]! * x[a]!;
    s1 += values[at + a + 1]! * x[a + 1]!;
    s2 += values[at + a + 2]! * x[a + 2]!;
    s3 += values[at + a + 3]! * x[a + 3]!;
  }
  for (; a < k; a++) s0 += values[at + a]! * x[a]!;
  return s0 + s1 + (s2 + s3);
}
