import { availableParallelism } from 'node:os';
import { kmeans } from 'ml-kmeans';
import { drawRows, takeRows } from './cluster-quality.ts';
import { createLloydState, drawStart, fitLloyd, inertiaOf, type KMeansFit, nearestCentres } from './kmeans-kernel.ts';
import { startLloydThreads } from './kmeans-workers.ts';

/** Up to so many points ml-kmeans does the work; past it the own kernel, which needs a quarter of the time and memory. */
export const LIBRARY_LIMIT = 20_000;
/** Past so many points starts are tried on as many of them, drawn by the seed; the best one then goes on with all. */
const TRIED_ON = 50_000;
const MOST_THREADS = 4;

export interface KMeansOptions {
  seed: number;
  /** Independent starts; the one with the lowest inertia is kept. */
  starts?: number;
  maxIterations?: number;
  /** Own kernel or library, whatever the size: for comparisons. */
  kernel?: 'library' | 'own';
  /** Threads of the own kernel, this one included; by default 4 past the library's limit, as far as there are cores. The result is the same. */
  threads?: number;
}

/**
 * Partitions n points into k clusters of least inertia found from several seeded starts.
 *
 * @param x n × d, row-major, finite; scale the columns first.
 * @param k 1..number of distinct points.
 * @throws RangeError when k is out of range or a value is not finite.
 *
 * O(starts · iterations · n · k · d) up to 50,000 points, O(iterations · n · k · d) past that. Lloyd 1982.
 */
export function fitKMeans(x: Float64Array, d: number, k: number, options: KMeansOptions): KMeansFit {
  const n = x.length / d;
  if (!Number.isInteger(k) || k < 1 || k > n) throw new RangeError(`k must be 1..${n}, got ${k}`);
  if (!x.every(Number.isFinite)) throw new RangeError('points must be finite');
  const limits = { maxIterations: options.maxIterations ?? 100, tolerance: 1e-4 * meanVariance(x, d) };
  if ((options.kernel ?? (n <= LIBRARY_LIMIT ? 'library' : 'own')) === 'library') {
    const rows = toRows(x, d);
    return bestStart(x, d, k, options, (start) => fitByLibrary(x, rows, d, start, limits));
  }
  const threads = options.threads ?? (n > LIBRARY_LIMIT ? Math.min(MOST_THREADS, availableParallelism()) : 1);
  using crew = threads > 1 ? startLloydThreads(x, d, k, threads - 1) : undefined;
  const onAll = (start: Float64Array): KMeansFit => fitLloyd(x, d, start, { ...limits, ...crew });
  if (n <= TRIED_ON) return bestStart(x, d, k, options, onAll);
  const some = takeRows(x, d, drawRows(n, TRIED_ON, options.seed));
  const state = createLloydState(some, d, k);
  return onAll(bestStart(some, d, k, options, (start) => fitLloyd(some, d, start, { ...limits, state })).centres);
}

/** The fit of least inertia from several drawn starts. */
function bestStart(
  x: Float64Array,
  d: number,
  k: number,
  { seed, starts = 8 }: KMeansOptions,
  fit: (start: Float64Array) => KMeansFit,
): KMeansFit {
  let best: KMeansFit | undefined;
  for (let s = 0; s < starts; s++) {
    const found = fit(drawStart(x, d, k, seed * 1009 + s));
    if (best === undefined || found.inertia < best.inertia) best = found;
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
