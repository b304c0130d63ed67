import { kmeans } from 'ml-kmeans';
import { drawStart, fitLloyd, inertiaOf, type KMeansFit, nearestCentres } from './kmeans-kernel.ts';

/** Up to so many points ml-kmeans does the work; past it the own kernel, which needs a quarter of the time and memory. */
export const LIBRARY_LIMIT = 20_000;

export interface KMeansOptions {
  seed: number;
  /** Independent starts; the one with the lowest inertia is kept. */
  starts?: number;
  maxIterations?: number;
  /** Own kernel or library, whatever the size: for comparisons. */
  kernel?: 'library' | 'own';
}

/**
 * Partitions n points into k clusters of least inertia found from several seeded starts.
 *
 * @param x n × d, row-major, finite; scale the columns first.
 * @param k 1..number of distinct points.
 * @throws RangeError when k is out of range or a value is not finite.
 *
 * O(starts · iterations · n · k · d). Lloyd 1982.
 */
export function fitKMeans(x: Float64Array, d: number, k: number, options: KMeansOptions): KMeansFit {
  const n = x.length / d;
  if (!Number.isInteger(k) || k < 1 || k > n) throw new RangeError(`k must be 1..${n}, got ${k}`);
  if (!x.every(Number.isFinite)) throw new RangeError('points must be finite');
  const starts = options.starts ?? 8;
  const tolerance = 1e-4 * meanVariance(x, d);
  const library = (options.kernel ?? (n <= LIBRARY_LIMIT ? 'library' : 'own')) === 'library';
  const rows = library ? toRows(x, d) : [];
  let best: KMeansFit | undefined;
  for (let s = 0; s < starts; s++) {
    const start = drawStart(x, d, k, options.seed * 1009 + s);
    const limits = { maxIterations: options.maxIterations ?? 100, tolerance };
    const fit = library ? fitByLibrary(x, rows, d, start, limits) : fitLloyd(x, d, start, limits);
    if (best === undefined || fit.inertia < best.inertia) best = fit;
  }
  return best!;
}

/** One run of ml-kmeans from a given start (k × d), with the labels and the inertia of the centres that it ends with. */
export function fitByLibrary(
  x: Float64Array,
  rows: number[][],
  d: number,
  start: Float64Array,
  limits: { maxIterations: number; tolerance: number },
): KMeansFit {
  const k = start.length / d;
  const result = kmeans(rows, k, { initialization: toRows(start, d), ...limits });
  const centres = Float64Array.from(result.centroids.flat());
  // The library's own labels belong to the centres of the step before.
  const labels = nearestCentres(x, d, centres);
  return { centres, labels, inertia: inertiaOf(x, d, centres, labels), iterations: result.iterations };
}

/** Mean over the columns of their variance. O(n · d). */
export function meanVariance(x: Float64Array, d: number): number {
  const n = x.length / d;
  let total = 0;
  for (let j = 0; j < d; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += x[i * d + j]! / n;
    for (let i = 0; i < n; i++) total += (x[i * d + j]! - mean) ** 2 / n;
  }
  return total / d;
}

export function toRows(x: Float64Array, d: number): number[][] {
  return Array.from({ length: x.length / d }, (_, i) => Array.from(x.subarray(i * d, i * d + d)));
}
