/**
 * Indices of the k largest values, largest first; equal values go by the lower index, so the answer is the same on every
 * machine. Values of −∞ are left out. O(n log k).
 *
 * @param values n scores, no NaN.
 */
export function topK(values: ArrayLike<number>, k: number): Int32Array {
  const heap = new Int32Array(Math.max(0, Math.min(k, values.length)));
  let size = 0;
  // The heap holds the best so far with the worst of them on top.
  const worse = (a: number, b: number): boolean => {
    const x = values[a]!;
    const y = values[b]!;
    return x < y || (x === y && a > b);
  };
  const sink = (from: number): void => {
    let at = from;
    const held = heap[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, held)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = held;
  };
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Number.NEGATIVE_INFINITY) continue;
    if (size < heap.length) {
      let at = size++;
      heap[at] = i;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!worse(heap[at]!, heap[parent]!)) break;
        const held = heap[at]!;
        heap[at] = heap[parent]!;
        heap[parent] = held;
        at = parent;
      }
    } else if (size > 0 && worse(heap[0]!, i)) {
      heap[0] = i;
      sink(0);
    }
  }
  return heap.slice(0, size).sort((a, b) => values[b]! - values[a]! || a - b);
}
