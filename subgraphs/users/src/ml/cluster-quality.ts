import { createRandom } from '@cda/platform/ml/random.ts';
import { squaredDistance } from './kmeans-kernel.ts';

/**
 * Mean silhouette of a partition: how much nearer points are to their own cluster than to the next one, −1..1.
 *
 * @param x n × d, row-major. @param labels n values 0..k−1.
 * @param sample at most so many points, drawn by `seed`, are measured, against each other.
 * @returns undefined with fewer than two non-empty clusters in the sample. O(sample² · d). Rousseeuw 1987.
 */
export function silhouette(
  x: Float64Array,
  d: number,
  labels: Int32Array,
  k: number,
  { sample = 1500, seed = 1 }: { sample?: number; seed?: number } = {},
): number | undefined {
  const chosen = drawRows(labels.length, sample, seed);
  const sizes = new Float64Array(k);
  for (const i of chosen) sizes[labels[i]!]!++;
  if (sizes.filter((size) => size > 0).length < 2) return undefined;
  const toCluster = new Float64Array(k);
  let total = 0;
  for (const i of chosen) {
    const own = labels[i]!;
    // Alone in its cluster: 0, by definition.
    if (sizes[own] === 1) continue;
    toCluster.fill(0);
    for (const j of chosen) toCluster[labels[j]!]! += Math.sqrt(squaredDistance(x, i * d, x, j * d, d));
    const within = toCluster[own]! / (sizes[own]! - 1);
    let between = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      if (c !== own && sizes[c]! > 0) between = Math.min(between, toCluster[c]! / sizes[c]!);
    }
    const larger = Math.max(within, between);
    if (larger > 0) total += (between - within) / larger;
  }
  return total / chosen.length;
}

/** How many rows are in cluster a of the first and cluster b of the second partition: kA × kB, row-major. O(n). */
export function contingency(a: ArrayLike<number>, b: ArrayLike<number>, kA: number, kB: number): Float64Array {
  const table = new Float64Array(kA * kB);
  for (let i = 0; i < a.length; i++) table[a[i]! * kB + b[i]!]!++;
  return table;
}

/** Adjusted Rand index of two partitions: 1 equal, about 0 by chance. Hubert and Arabie 1985, equation 5. */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let kA = 0;
  let kB = 0;
  for (let i = 0; i < n; i++) {
    kA = Math.max(kA, a[i]! + 1);
    kB = Math.max(kB, b[i]! + 1);
  }
  const table = contingency(a, b, kA, kB);
  const pairs = (m: number): number => (m * (m - 1)) / 2;
  const rows = new Float64Array(kA);
  const columns = new Float64Array(kB);
  let both = 0;
  for (let i = 0; i < kA; i++) {
    for (let j = 0; j < kB; j++) {
      rows[i]! += table[i * kB + j]!;
      columns[j]! += table[i * kB + j]!;
      both += pairs(table[i * kB + j]!);
    }
  }
  const inA = rows.reduce((sum, m) => sum + pairs(m), 0);
  const inB = columns.reduce((sum, m) => sum + pairs(m), 0);
  const expected = (inA * inB) / Math.max(1, pairs(n));
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}

/**
 * Jaccard similarity of each cluster of `a` to the most similar cluster of `b`: |A ∩ B| / |A ∪ B|, 0..1; kA values, NaN-free
 * (an empty cluster counts 0). O(n + kA · kB).
 */
export function bestJaccard(a: ArrayLike<number>, b: ArrayLike<number>, kA: number, kB: number): Float64Array {
  const table = contingency(a, b, kA, kB);
  const rows = new Float64Array(kA);
  const columns = new Float64Array(kB);
  for (let i = 0; i < kA; i++) {
    for (let j = 0; j < kB; j++) {
      rows[i]! += table[i * kB + j]!;
      columns[j]! += table[i * kB + j]!;
    }
  }
  const best = new Float64Array(kA);
  for (let i = 0; i < kA; i++) {
    for (let j = 0; j < kB; j++) {
      const union = rows[i]! + columns[j]! - table[i * kB + j]!;
      if (union > 0) best[i] = Math.max(best[i]!, table[i * kB + j]! / union);
    }
  }
  return best;
}

/** Up to `most` different row numbers out of n, in ascending order, drawn by `seed`. */
export function drawRows(n: number, most: number, seed: number): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  return n <= most ? rows : createRandom(seed).shuffle(rows).slice(0, most).sort();
}

/** The given rows of x (n × d, row-major), in their order. */
export function takeRows(x: Float64Array, d: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) out.set(x.subarray(rows[i]! * d, rows[i]! * d + d), i * d);
  return out;
}
