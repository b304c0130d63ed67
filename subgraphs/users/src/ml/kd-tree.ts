import { squaredDistance } from './kmeans-kernel.ts';

/** Points of a leaf: fewer than this are faster compared than parted. */
const LEAF = 12;

/** Finds the nearest of m points. */
export interface KdTree {
  /** The number in `rows` of the point nearest to the one at `from` in `y`, the lowest of equals; −1 where there are no points. */
  nearest(y: Float64Array, from: number): number;
}

/**
 * Sorts points into a balanced tree by the medians of their widest columns.
 *
 * @param x n × d, row-major, finite.
 * @param rows numbers of the m points that are in the tree.
 * O(m log m) to build; O(log m) a question where the points lie densely, O(m) at worst; 5 m bytes. Bentley 1975.
 */
export function createKdTree(x: Float64Array, d: number, rows: Int32Array): KdTree {
  // A part of `order` is a node; its middle holds the median, smaller ones stand before it, larger ones behind it.
  const order = Int32Array.from(rows, (_, i) => i);
  const splitColumn = new Uint8Array(rows.length);
  const valueAt = (place: number, column: number): number => x[rows[order[place]!]! * d + column]!;
  const swap = (a: number, b: number): void => {
    const kept = order[a]!;
    order[a] = order[b]!;
    order[b] = kept;
  };
  const widestColumn = (from: number, to: number): number => {
    let widest = 0;
    let width = -1;
    for (let j = 0; j < d; j++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let place = from; place < to; place++) {
        const value = valueAt(place, j);
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low > width) {
        width = high - low;
        widest = j;
      }
    }
    return widest;
  };
  // Hoare's selection: afterwards nobody before `middle` is larger, nobody behind it smaller.
  const select = (from: number, to: number, middle: number, column: number): void => {
    let low = from;
    let high = to - 1;
    while (low < high) {
      const pivot = valueAt((low + high) >>> 1, column);
      let i = low;
      let j = high;
      while (i <= j) {
        while (valueAt(i, column) < pivot) i++;
        while (valueAt(j, column) > pivot) j--;
        if (i <= j) swap(i++, j--);
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  };
  const build = (from: number, to: number): void => {
    if (to - from <= LEAF) return;
    const middle = (from + to) >>> 1;
    const column = widestColumn(from, to);
    select(from, to, middle, column);
    splitColumn[middle] = column;
    build(from, middle);
    build(middle + 1, to);
  };
  build(0, rows.length);

  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  const look = (place: number, y: Float64Array, at: number): void => {
    const i = order[place]!;
    const distance = squaredDistance(x, rows[i]! * d, y, at, d);
    if (distance < bestDistance || (distance === bestDistance && i < best)) {
      bestDistance = distance;
      best = i;
    }
  };
  const descend = (from: number, to: number, y: Float64Array, at: number): void => {
    if (to - from <= LEAF) {
      for (let place = from; place < to; place++) look(place, y, at);
      return;
    }
    const middle = (from + to) >>> 1;
    const column = splitColumn[middle]!;
    const gap = y[at + column]! - valueAt(middle, column);
    if (gap <= 0) descend(from, middle, y, at);
    else descend(middle + 1, to, y, at);
    look(middle, y, at);
    // Equal distances count: the lowest number among them is wanted.
    if (gap * gap > bestDistance) return;
    if (gap <= 0) descend(middle + 1, to, y, at);
    else descend(from, middle, y, at);
  };
  return {
    nearest: (y, from) => {
      best = -1;
      bestDistance = Number.POSITIVE_INFINITY;
      descend(0, rows.length, y, from);
      return best;
    },
  };
}
