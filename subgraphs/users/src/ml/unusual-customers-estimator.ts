import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { drawRows, takeRows } from './cluster-quality.ts';
import { findKnee, fitDbscan, kDistances, NOISE } from './dbscan.ts';
import { createKdTree } from './kd-tree.ts';
import { squaredDistance } from './kmeans-kernel.ts';
import { applyScaling, fitScaling } from './scaling.ts';

export interface UnusualCustomersInput {
  /** Names of the d ≤ 6 columns of n customers. */
  columns: readonly string[];
  /** n × d, row-major: features made even by logarithms, not scaled. */
  x: Float64Array;
  /** The same as of an earlier day, for the hold-out; with the number that each customer of then has now. */
  earlier: { x: Float64Array; now: Int32Array };
}

/** Customers far outside all dense neighbourhoods. */
export interface FittedUnusualCustomers {
  /** Numbers of m customers, the farthest first. */
  customer: Int32Array;
  /** m distances to the nearest core point, in radii of a neighbourhood. */
  distance: Float64Array;
  /** m × d, row-major: signed deviations from that core point in deviations of the column. */
  deviation: Float64Array;
  eps: number;
  minPoints: number;
  clusters: number;
}

/** Noise nearer than this many radii to a dense neighbourhood is its fringe; who stands farther out is unusual. */
const FAR = 2;
/** Points whose k-distance is measured for the knee. */
const KNEE_SAMPLE = 1500;
/** Of more customers than this, so many, drawn by the seed, tell where neighbourhoods are dense; all are held against those. */
const MOST_POINTS = 100_000;

/**
 * Finds unusual customers as the noise of DBSCAN that is at least two radii away from every dense neighbourhood, with eps from the knee of
 * the k-distance curve.
 *
 * Judged by persistence: of the customers that were unusual 90 days ago, the share that is so today, against the share of unusual
 * ones among all. What is only noise would not last.
 *
 * @throws RangeError when customers are too much alike for a knee.
 */
export function train(input: UnusualCustomersInput, { seed, progress }: TrainOptions): Trained<FittedUnusualCustomers> {
  const d = input.columns.length;
  const minPoints = 2 * d;
  const now = find(input.x, d, minPoints, seed);
  if (now === undefined) throw new RangeError('the customers are too much alike for unusual ones to stand out');
  progress(0.5);
  const then = find(input.earlier.x, d, minPoints, seed);
  const n = input.x.length / d;
  const found = farFrom(now, d);
  const unusual = new Set(found.map(({ i }) => i));
  let before = 0;
  let still = 0;
  for (const { i } of then === undefined ? [] : farFrom(then, d)) {
    before++;
    if (unusual.has(input.earlier.now[i]!)) still++;
  }
  progress(0.8);
  const share = found.length / n;
  progress(1);
  return {
    fitted: {
      customer: Int32Array.from(found, ({ i }) => i),
      distance: Float64Array.from(found, ({ distance }) => distance),
      deviation: Float64Array.from(found.flatMap(({ deviation }) => deviation)),
      eps: now.eps,
      minPoints,
      clusters: now.clusters,
    },
    rows: n,
    params: {
      columns: [...input.columns],
      eps: now.eps,
      minPoints,
      clusters: now.clusters,
      clusterSizes: sizesOf(now.labels, now.clusters),
    },
    metrics: { unusual: found.length, unusualShare: share, unusualBefore: before, stillUnusual: still },
    primary: {
      name: 'persistence',
      value: before > 0 ? still / before : 0,
      baselineName: 'share of unusual customers',
      baseline: share,
      higherIsBetter: true,
    },
  };
}

/** Customers of each cluster; noise is in none. */
function sizesOf(labels: Int32Array, clusters: number): number[] {
  const sizes = new Array<number>(clusters).fill(0);
  for (const label of labels) if (label >= 0) sizes[label]!++;
  return sizes;
}

/** Noise that is far from every dense neighbourhood, the farthest first. O(n log n). */
function farFrom(
  { x, eps, labels, nearestCore }: Found,
  d: number,
): { i: number; distance: number; deviation: number[] }[] {
  const far: { i: number; distance: number; deviation: number[] }[] = [];
  for (let i = 0; i < labels.length; i++) {
    const core = nearestCore[i]!;
    if (labels[i] !== NOISE || core < 0) continue;
    const distance = Math.sqrt(squaredDistance(x, i * d, x, core * d, d)) / eps;
    if (distance < FAR) continue;
    far.push({ i, distance, deviation: Array.from({ length: d }, (_, j) => x[i * d + j]! - x[core * d + j]!) });
  }
  return far.sort((a, b) => b.distance - a.distance || a.i - b.i);
}

interface Found {
  /** Scaled columns. */
  x: Float64Array;
  eps: number;
  /** n labels, NOISE for none. */
  labels: Int32Array;
  clusters: number;
  /** For noise the number of the nearest core point, −1 where there is none. */
  nearestCore: Int32Array;
}

function find(columns: Float64Array, d: number, minPoints: number, seed: number): Found | undefined {
  const n = columns.length / d;
  if (n <= minPoints) return undefined;
  const x = applyScaling(fitScaling(columns, d), columns);
  const drawn = drawRows(n, MOST_POINTS, seed);
  const some = drawn.length === n ? x : takeRows(x, d, drawn);
  const eps = findKnee(kDistances(some, d, minPoints - 1, drawRows(drawn.length, KNEE_SAMPLE, seed)));
  if (eps === undefined || eps <= 0) return undefined;
  const fit = fitDbscan(some, d, { eps, minPoints });
  const cores = drawn.filter((_, at) => fit.core[at] === 1);
  const clusterOf = fit.labels.filter((_, at) => fit.core[at] === 1);
  const tree = createKdTree(x, d, cores);
  const labels = drawn.length === n ? fit.labels : new Int32Array(n).fill(NOISE);
  const nearestCore = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    if (labels[i] !== NOISE) continue;
    const nearest = tree.nearest(x, i * d);
    if (nearest < 0) continue;
    nearestCore[i] = cores[nearest]!;
    // Who was not drawn belongs to the cluster of a core point within reach, as a border point does.
    if (drawn.length < n && squaredDistance(x, i * d, x, cores[nearest]! * d, d) <= eps * eps) {
      labels[i] = clusterOf[nearest]!;
    }
  }
  return { x, eps, labels, clusters: fit.clusters, nearestCore };
}
