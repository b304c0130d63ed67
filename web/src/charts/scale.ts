/** Round steps from `0` (or the smallest value, where that is negative) to at least the largest: about `count` of them. */
export function niceTicks(smallest: number, largest: number, count: number): number[] {
  const low = Math.min(0, smallest);
  const span = Math.max(largest, 0) - low || 1;
  const raw = span / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((nice) => nice * magnitude >= raw) ?? 10) * magnitude;
  const first = Math.floor(low / step);
  const last = Math.ceil((low + span) / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** At most `count` of `length` places, evenly apart, the first among them. */
export function tickPlaces(length: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(length / Math.max(1, count)));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}
