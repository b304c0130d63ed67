import { createRandom } from '@cda/platform/ml/random.ts';
import { bestJaccard, drawRows, silhouette, takeRows } from './cluster-quality.ts';
import { fitKMeans } from './kmeans.ts';
import { nearestCentres } from './kmeans-kernel.ts';

/** How a number of clusters did. */
export interface CandidateK {
  k: number;
  /** Mean silhouette, −1..1. */
  silhouette: number;
  /** Mean over bootstraps and clusters of the best Jaccard similarity to the full fit, 0..1. */
  stability: number;
  /** The same for the least stable cluster. */
  weakest: number;
}

export interface ChosenK {
  k: number;
  candidates: CandidateK[];
}

/** The mean of highly stable partitions, and the least of a valid, stable cluster (Hennig 2007, section 4). */
const HIGHLY_STABLE = 0.85;
const VALID = 0.75;
/** Part of the best silhouette that a finer partition has to keep. */
const KEPT_SILHOUETTE = 0.85;

/**
 * Chooses the number of clusters: the largest k whose clusters come back when the customers are drawn again, without giving up
 * more than 15 % of the best silhouette. Where no k is stable, the most stable one. The silhouette alone always prefers the
 * coarsest partition of skewed data, which says no more than "buys much, buys little".
 *
 * @param x n × d, row-major, scaled.
 * Seeded. O(bootstraps · k · starts · iterations · sample · d). Hennig 2007, "Cluster-wise assessment of cluster stability".
 */
export function chooseK(
  x: Float64Array,
  d: number,
  options: {
    seed: number;
    least?: number;
    most?: number;
    bootstraps?: number;
    /** At most so many points take part. */
    sample?: number;
    progress?: (fraction: number) => void;
  },
): ChosenK {
  const sample = takeRows(x, d, drawRows(x.length / d, options.sample ?? 4000, options.seed));
  const n = sample.length / d;
  const least = options.least ?? 3;
  const most = Math.min(options.most ?? 10, countDistinct(sample, d), Math.floor(n / 10));
  const bootstraps = options.bootstraps ?? 10;
  const random = createRandom(options.seed);
  const resamples = Array.from({ length: bootstraps }, () => Int32Array.from({ length: n }, () => random.integer(n)));
  const candidates: CandidateK[] = [];
  for (let k = Math.min(least, most); k <= most; k++) {
    const full = fitKMeans(sample, d, k, { seed: options.seed, starts: 5, kernel: 'own' });
    const perCluster = new Float64Array(k);
    for (const [b, rows] of resamples.entries()) {
      const again = fitKMeans(takeRows(sample, d, rows), d, k, {
        seed: options.seed + 1 + b,
        starts: 3,
        kernel: 'own',
      });
      const labels = nearestCentres(sample, d, again.centres);
      const similarity = bestJaccard(full.labels, labels, k, k);
      for (let c = 0; c < k; c++) perCluster[c]! += similarity[c]! / bootstraps;
    }
    candidates.push({
      k,
      silhouette: silhouette(sample, d, full.labels, k, { seed: options.seed }) ?? 0,
      stability: perCluster.reduce((sum, v) => sum + v, 0) / k,
      weakest: perCluster.reduce((low, v) => Math.min(low, v), 1),
    });
    options.progress?.((k - least + 1) / (most - least + 1));
  }
  const stable = candidates.filter((c) => c.stability >= HIGHLY_STABLE && c.weakest >= VALID);
  if (stable.length === 0) {
    const best = candidates.reduce((a, b) => (b.stability > a.stability ? b : a));
    return { k: best.k, candidates };
  }
  const bar = KEPT_SILHOUETTE * Math.max(...stable.map((c) => c.silhouette));
  return { k: Math.max(...stable.filter((c) => c.silhouette >= bar).map((c) => c.k)), candidates };
}

/** Number of different rows, counted up to `enough`. */
export function countDistinct(x: Float64Array, d: number, enough = 100): number {
  const seen = new Set<string>();
  for (let i = 0; i < x.length / d && seen.size < enough; i++) seen.add(x.subarray(i * d, i * d + d).join());
  return seen.size;
}
