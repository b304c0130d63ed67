import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { drawRows } from './cluster-quality.ts';
import { findKnee, fitDbscan, kDistances, NOISE } from './dbscan.ts';
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

/** Customers outside all dense neighbourhoods. */
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

/** Points whose k-distance is measured for the knee. */
const KNEE_SAMPLE = 1500;

/**
 * Finds unusual customers as the noise of DBSCAN, with eps from the knee of the k-distance curve.
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
  let before = 0;
  let still = 0;
  for (const [i, key] of input.earlier.customers.entries()) {
    if (then?.labels[i] !== NOISE) continue;
    const today = number.get(key);
    if (today === undefined) continue;
    before++;
    if (now.labels[today] === NOISE) still++;
  }
  progress(0.8);

  const cores = Int32Array.from(now.labels, (_, i) => i).filter((i) => now.core[i] === 1);
  const noise = Array.from(now.labels, (_, i) => i).filter((i) => now.labels[i] === NOISE);
  const found = noise.map((i) => {
    let nearest = Number.POSITIVE_INFINITY;
    let core = i;
    for (const j of cores) {
      const distance = squaredDistance(now.x, i * d, now.x, j * d, d);
      if (distance < nearest) {
        nearest = distance;
        core = j;
      }
    }
    const deviation = Array.from({ length: d }, (_, j) => now.x[i * d + j]! - now.x[core * d + j]!);
    return { i, distance: cores.length > 0 ? Math.sqrt(nearest) / now.eps : 0, deviation };
  });
  found.sort((a, b) => b.distance - a.distance || a.i - b.i);
  const share = noise.length / input.customers.length;
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
    params: { columns: [...input.columns], eps: now.eps, minPoints, clusters: now.clusters },
    metrics: { unusual: noise.length, unusualShare: share, unusualBefore: before, stillUnusual: still },
    primary: {
      name: 'persistence',
      value: before > 0 ? still / before : 0,
      baselineName: 'share of unusual customers',
      baseline: share,
      higherIsBetter: true,
    },
  };
}

function find(columns: Float64Array, d: number, minPoints: number, seed: number) {
  const n = columns.length / d;
  if (n <= minPoints) return undefined;
  const x = applyScaling(fitScaling(columns, d), columns);
  const eps = findKnee(kDistances(x, d, minPoints - 1, drawRows(n, KNEE_SAMPLE, seed)));
  return eps === undefined || eps <= 0 ? undefined : { x, eps, ...fitDbscan(x, d, { eps, minPoints }) };
}
