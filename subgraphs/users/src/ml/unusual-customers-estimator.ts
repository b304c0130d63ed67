import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { drawRows } from './cluster-quality.ts';
import { type DbscanFit, findKnee, fitDbscan, kDistances, NOISE } from './dbscan.ts';
import { squaredDistance } from './kmeans-kernel.ts';
import { applyScaling, fitScaling } from './scaling.ts';

export interface UnusualCustomersInput {
  /** Names of the d ≤ 6 columns. */
  columns: readonly string[];
  /** Keys of n customers. */
  customers: string[];
  /** n × d, row-major: features made even by logarithms, not scaled. */
  x: Float64Array;
  /** The same as of an earlier day, for the hold-out. */
  earlier: { customers: string[]; x: Float64Array };
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
  const number = new Map(input.customers.map((key, i) => [key, i]));
  const found = farFrom(now, d);
  const unusual = new Set(found.map(({ i }) => i));
  let before = 0;
  let still = 0;
  for (const { i } of then === undefined ? [] : farFrom(then, d)) {
    const today = number.get(input.earlier.customers[i]!);
    if (today === undefined) continue;
    before++;
    if (unusual.has(today)) still++;
  }
  progress(0.8);
  const share = found.length / input.customers.length;
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
    rows: input.customers.length,
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

/** Noise that is far from every dense neighbourhood, the farthest first. O(noise · n · d). */
function farFrom({ x, eps, labels, core }: Found, d: number): { i: number; distance: number; deviation: number[] }[] {
  const cores = Int32Array.from(labels, (_, i) => i).filter((i) => core[i] === 1);
  const far: { i: number; distance: number; deviation: number[] }[] = [];
  if (cores.length === 0) return far;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== NOISE) continue;
    let nearest = Number.POSITIVE_INFINITY;
    let to = i;
    for (const j of cores) {
      const distance = squaredDistance(x, i * d, x, j * d, d);
      if (distance < nearest) {
        nearest = distance;
        to = j;
      }
    }
    const distance = Math.sqrt(nearest) / eps;
    if (distance < FAR) continue;
    far.push({ i, distance, deviation: Array.from({ length: d }, (_, j) => x[i * d + j]! - x[to * d + j]!) });
  }
  return far.sort((a, b) => b.distance - a.distance || a.i - b.i);
}

interface Found extends DbscanFit {
  /** Scaled columns. */
  x: Float64Array;
  eps: number;
}

function find(columns: Float64Array, d: number, minPoints: number, seed: number): Found | undefined {
  const n = columns.length / d;
  if (n <= minPoints) return undefined;
  const x = applyScaling(fitScaling(columns, d), columns);
  const eps = findKnee(kDistances(x, d, minPoints - 1, drawRows(n, KNEE_SAMPLE, seed)));
  return eps === undefined || eps <= 0 ? undefined : { x, eps, ...fitDbscan(x, d, { eps, minPoints }) };
}
