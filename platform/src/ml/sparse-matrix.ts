/** A sparse matrix by rows (CSR): row r holds the entries from `offsets[r]` to `offsets[r + 1]`, columns ascending. */
export interface SparseMatrix {
  rows: number;
  columns: number;
  /** rows + 1 positions. */
  offsets: Int32Array;
  /** Column of each entry. */
  indices: Int32Array;
  values: Float64Array;
}

/**
 * Builds a matrix from triplets; entries of one place are added up, in the order given.
 *
 * @param row, column, value `count` entries each; rows in [0, rows), columns in [0, columns).
 * @throws RangeError on an index outside the shape.
 *
 * O(entries + rows + columns): two counting sorts.
 */
export function sparseMatrix(
  rows: number,
  columns: number,
  row: ArrayLike<number>,
  column: ArrayLike<number>,
  value: ArrayLike<number>,
  count: number = row.length,
): SparseMatrix {
  const byColumn = new Int32Array(columns + 1);
  for (let e = 0; e < count; e++) {
    const r = row[e]!;
    const c = column[e]!;
    if (!(r >= 0 && r < rows && c >= 0 && c < columns)) {
      throw new RangeError(`entry (${r}, ${c}) is outside of ${rows} × ${columns}`);
    }
    byColumn[c + 1]!++;
  }
  for (let c = 0; c < columns; c++) byColumn[c + 1]! += byColumn[c]!;
  const order = new Int32Array(count);
  for (let e = 0; e < count; e++) order[byColumn[column[e]!]!++] = e;

  const offsets = new Int32Array(rows + 1);
  for (let e = 0; e < count; e++) offsets[row[e]! + 1]!++;
  for (let r = 0; r < rows; r++) offsets[r + 1]! += offsets[r]!;
  const next = offsets.slice(0, rows);
  const sorted = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const e = order[at]!;
    sorted[next[row[e]!]!++] = e;
  }

  const indices = new Int32Array(count);
  const values = new Float64Array(count);
  const merged = new Int32Array(rows + 1);
  let used = 0;
  for (let r = 0; r < rows; r++) {
    for (let at = offsets[r]!; at < offsets[r + 1]!; at++) {
      const e = sorted[at]!;
      if (used > merged[r]! && indices[used - 1] === column[e]) {
        values[used - 1]! += value[e]!;
      } else {
        indices[used] = column[e]!;
        values[used++] = value[e]!;
      }
    }
    merged[r + 1] = used;
  }
  return { rows, columns, offsets: merged, indices: indices.slice(0, used), values: values.slice(0, used) };
}

/** The matrix with rows and columns exchanged. O(entries + rows + columns). */
export function transpose(matrix: SparseMatrix): SparseMatrix {
  const offsets = new Int32Array(matrix.columns + 1);
  for (const c of matrix.indices) offsets[c + 1]!++;
  for (let c = 0; c < matrix.columns; c++) offsets[c + 1]! += offsets[c]!;
  const next = offsets.slice(0, matrix.columns);
  const indices = new Int32Array(matrix.indices.length);
  const values = new Float64Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) {
    for (let at = matrix.offsets[r]!; at < matrix.offsets[r + 1]!; at++) {
      const to = next[matrix.indices[at]!]!++;
      indices[to] = r;
      values[to] = matrix.values[at]!;
    }
  }
  return { rows: matrix.columns, columns: matrix.rows, offsets, indices, values };
}

/**
 * xᵀ · diag(weights) · y of two matrices with the same rows, dense: x.columns × y.columns, row-major, single precision
 * (half the memory; the sums here are of some thousands of small numbers). O(Σ over rows of the product of their entry counts).
 */
export function weightedGram(x: SparseMatrix, y: SparseMatrix, weights?: Float64Array): Float32Array {
  if (x.rows !== y.rows) throw new RangeError(`x has ${x.rows} rows, y ${y.rows}`);
  const out = new Float32Array(x.columns * y.columns);
  for (let r = 0; r < x.rows; r++) {
    const weight = weights === undefined ? 1 : weights[r]!;
    const from = y.offsets[r]!;
    const to = y.offsets[r + 1]!;
    for (let at = x.offsets[r]!; at < x.offsets[r + 1]!; at++) {
      const scaled = x.values[at]! * weight;
      const row = x.indices[at]! * y.columns;
      for (let other = from; other < to; other++) out[row + y.indices[other]!]! += scaled * y.values[other]!;
    }
  }
  return out;
}
