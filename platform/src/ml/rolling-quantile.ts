/** The last values of a stream in order of size. */
export interface RollingQuantile {
  /** How many values are held, at most the window. */
  readonly size: number;
  /** Takes a value in; the oldest leaves when the window is full. Not for NaN. O(log window) and a shift in memory. */
  push(value: number): void;
  /** Value below which this share of the held ones lies (no interpolation); NaN while empty. O(1). */
  quantile(probability: number): number;
  /** How many held values are at least as large. O(log window). */
  countAtLeast(value: number): number;
}

/** Order statistics over a sliding window of `window` values: a ring for the age, a sorted array for the size. */
export function createRollingQuantile(window: number): RollingQuantile {
  const ring = new Float64Array(window);
  const sorted = new Float64Array(window);
  let size = 0;
  let next = 0;
  /** First place whose value is not below. */
  const placeOf = (value: number): number => {
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    get size() {
      return size;
    },
    push: (value) => {
      if (size === window) {
        const place = placeOf(ring[next]!);
        sorted.copyWithin(place, place + 1, size);
        size--;
      }
      const place = placeOf(value);
      sorted.copyWithin(place + 1, place, size);
      sorted[place] = value;
      size++;
      ring[next] = value;
      next = (next + 1) % window;
    },
    quantile: (probability) => (size === 0 ? Number.NaN : sorted[Math.min(size - 1, Math.floor(probability * size))]!),
    countAtLeast: (value) => size - placeOf(value),
  };
}
