/**
 * Quantile of unsorted values by linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
 * `values` is not changed; `probability` in [0, 1]; NaN for an empty array. O(n log n).
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  const sorted = Float64Array.from(values).sort();
  return quantileOfSorted(sorted, probability);
}

/** As `quantile`, for values that are sorted already. O(1). */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const position = probability * (n - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  if (below + 1 >= n) return low;
  return low + (position - below) * (sorted[below + 1]! - low);
}

/** Middle value (mean of the two middle ones); NaN for an empty array. `values` is not changed. O(n log n). */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Turns a median absolute deviation into the standard deviation of normal data: 1 / Φ⁻¹(0.75). */
const normalConsistency = 1.4826022185056018;

/**
 * Spread that half of the data may be wild without moving: the median distance from `centre`, scaled so that it
 * estimates the standard deviation of normal data (Rousseeuw and Croux 1993). 0 when more than half are equal. O(n log n).
 */
export function medianAbsoluteDeviation(values: ArrayLike<number>, centre = median(values)): number {
  const distances = Float64Array.from(values, (value) => Math.abs(value - centre));
  return normalConsistency * quantileOfSorted(distances.sort(), 0.5);
}
