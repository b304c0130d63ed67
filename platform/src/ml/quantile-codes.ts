/** Cut points of each column; value v gets the code "number of cut points below v". */
export interface QuantileBins {
  /** d arrays of ascending cut points, at most `maxBins − 1` each; a constant column has none. */
  edges: Float64Array[];
}

/**
 * Chooses cut points so that each bin holds about the same number of rows; few distinct values get a bin each.
 *
 * @param x n × d, row-major, finite.
 * @param maxBins 2..256; codes fit a Uint8Array.
 *
 * O(d · n log n). Histogram binning as in Ke et al. 2017 (LightGBM), section 2.1.
 */
export function fitQuantileBins(x: Float64Array, n: number, d: number, maxBins = 64): QuantileBins {
  if (maxBins < 2 || maxBins > 256) throw new RangeError(`maxBins must be 2..256, got ${maxBins}`);
  if (x.length !== n * d) throw new RangeError(`x must be n × d: got ${x.length} values for n ${n}, d ${d}`);
  const edges: Float64Array[] = [];
  const column = new Float64Array(n);
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < n; i++) column[i] = x[i * d + j]!;
    column.sort();
    const cuts: number[] = [];
    let distinct = n > 0 ? 1 : 0;
    for (let i = 1; i < n; i++) if (column[i] !== column[i - 1]) distinct++;
    if (distinct <= maxBins) {
      for (let i = 1; i < n; i++) if (column[i] !== column[i - 1]) cuts.push((column[i]! + column[i - 1]!) / 2);
    } else {
      for (let bin = 1; bin < maxBins; bin++) {
        const at = Math.round((bin * n) / maxBins);
        const low = column[at - 1]!;
        const high = column[at]!;
        // Between two equal values there is nothing to cut: the run of equals goes to one bin as a whole.
        const cut = low === high ? nextAbove(column, at, low) : (low + high) / 2;
        if (cut !== undefined && (cuts.length === 0 || cut > cuts[cuts.length - 1]!)) cuts.push(cut);
      }
    }
    edges.push(Float64Array.from(cuts));
  }
  return { edges };
}

/**
 * Codes of n rows, **column-major** (code of row i, column j at j · n + i): a histogram reads one column at a time.
 * O(n · d · log bins).
 */
export function toQuantileCodes(bins: QuantileBins, x: Float64Array, n: number): Uint8Array {
  const d = bins.edges.length;
  const codes = new Uint8Array(n * d);
  for (let j = 0; j < d; j++) {
    const edges = bins.edges[j]!;
    for (let i = 0; i < n; i++) {
      const value = x[i * d + j]!;
      let low = 0;
      let high = edges.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (edges[middle]! < value) low = middle + 1;
        else high = middle;
      }
      codes[j * n + i] = low;
    }
  }
  return codes;
}

function nextAbove(sorted: Float64Array, from: number, value: number): number | undefined {
  for (let i = from; i < sorted.length; i++) if (sorted[i]! > value) return (value + sorted[i]!) / 2;
  return undefined;
}
