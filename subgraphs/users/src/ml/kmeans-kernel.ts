import { createRandom } from '@cda/platform/ml/random.ts';

/** A partition of n points into k clusters. */
export interface KMeansFit {
  /** k × d, row-major. */
  centres: Float64Array;
  /** n labels 0..k−1: the nearest of `centres`, the lowest of equals. */
  labels: Int32Array;
  /** Sum of squared distances from the points to their centres. */
  inertia: number;
  iterations: number;
}

export interface LloydOptions {
  maxIterations?: number;
  /** Stop when no centre moves farther than this, squared. */
  tolerance?: number;
}

/**
 * Draws k starting centres, far from each other by probability: k-means++ with the best of 2 + ⌊ln k⌋ draws at each step.
 *
 * @param x n × d, row-major.
 * @returns k × d, row-major. O(n · k · d · ln k). Arthur and Vassilvitskii 2007, section 2.2 and its greedy variant.
 */
export function drawStart(x: Float64Array, d: number, k: number, seed: number): Float64Array {
  const n = x.length / d;
  const random = createRandom(seed);
  const centres = new Float64Array(k * d);
  const trials = 2 + Math.floor(Math.log(k));
  let nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const first = random.integer(n);
  centres.set(x.subarray(first * d, first * d + d));
  let potential = shorten(x, d, first, nearest, nearest);
  let trial = new Float64Array(n);
  let best = new Float64Array(n);
  for (let c = 1; c < k; c++) {
    let bestPotential = Number.POSITIVE_INFINITY;
    let chosen = 0;
    for (let t = 0; t < trials; t++) {
      let target = random.next() * potential;
      let candidate = 0;
      while (candidate < n - 1 && target >= nearest[candidate]!) target -= nearest[candidate++]!;
      const reached = shorten(x, d, candidate, nearest, trial);
      if (reached < bestPotential) {
        bestPotential = reached;
        chosen = candidate;
        [trial, best] = [best, trial];
      }
    }
    centres.set(x.subarray(chosen * d, chosen * d + d), c * d);
    [nearest, best] = [best, nearest];
    potential = bestPotential;
  }
  return centres;
}

/**
 * Lloyd's iterations on typed arrays with Hamerly's bounds: a point whose bounds show that its centre is still the nearest is not
 * compared with the others. Same arithmetic in the same order as the plain algorithm, so same labels from the same start.
 * An empty cluster keeps its centre.
 *
 * @param x n × d, row-major, finite.
 * @param start k × d, row-major.
 *
 * O(iterations · n · d) where clusters are apart, · k at worst; 2 n + k doubles besides the result.
 * Hamerly 2010, "Making k-means even faster", algorithm 1.
 */
export function fitLloyd(x: Float64Array, d: number, start: Float64Array, options: LloydOptions = {}): KMeansFit {
  const n = x.length / d;
  const k = start.length / d;
  const maxIterations = options.maxIterations ?? 100;
  const tolerance = options.tolerance ?? 0;
  const centres = Float64Array.from(start);
  const labels = new Int32Array(n).fill(-1);
  // `upper` bounds the distance to the own centre from above, `lower` the distance to the second nearest from below.
  const upper = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const lower = new Float64Array(n);
  const half = new Float64Array(k);
  const moved = new Float64Array(k);
  const sums = new Float64Array(k * d);
  const counts = new Float64Array(k);
  let iterations = 0;
  for (;;) {
    assign(x, d, centres, k, labels, upper, lower, half);
    if (iterations >= maxIterations) break;
    iterations++;
    sums.fill(0);
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const label = labels[i]!;
      counts[label]!++;
      const to = label * d;
      const from = i * d;
      for (let j = 0; j < d; j++) sums[to + j]! += x[from + j]!;
    }
    let farthest = 0;
    let second = 0;
    let farthestCentre = -1;
    let converged = true;
    for (let c = 0; c < k; c++) {
      let squared = 0;
      if (counts[c]! > 0) {
        for (let j = 0; j < d; j++) {
          const value = sums[c * d + j]! / counts[c]!;
          squared += (value - centres[c * d + j]!) ** 2;
          centres[c * d + j] = value;
        }
      }
      if (squared > tolerance) converged = false;
      // Rounding must never make a bound tighter than the truth.
      const distance = Math.sqrt(squared) * (1 + 1e-12);
      moved[c] = distance;
      if (distance > farthest) {
        second = farthest;
        farthest = distance;
        farthestCentre = c;
      } else if (distance > second) second = distance;
    }
    for (let i = 0; i < n; i++) {
      const label = labels[i]!;
      upper[i]! += moved[label]!;
      lower[i]! -= label === farthestCentre ? second : farthest;
    }
    if (converged) {
      assign(x, d, centres, k, labels, upper, lower, half);
      break;
    }
  }
  return { centres, labels, inertia: inertiaOf(x, d, centres, labels), iterations };
}

/** Labels of the nearest of k centres for n points. O(n · k · d). */
export function nearestCentres(x: Float64Array, d: number, centres: Float64Array): Int32Array {
  const n = x.length / d;
  const k = centres.length / d;
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let smallest = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      const distance = squaredDistance(x, i * d, centres, c * d, d);
      if (distance < smallest) {
        smallest = distance;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/** Sum of squared distances of n points to the centres of their labels. O(n · d). */
export function inertiaOf(x: Float64Array, d: number, centres: Float64Array, labels: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += squaredDistance(x, i * d, centres, labels[i]! * d, d);
  return sum;
}

export function squaredDistance(a: Float64Array, from: number, b: Float64Array, to: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const difference = a[from + j]! - b[to + j]!;
    sum += difference * difference;
  }
  return sum;
}

function assign(
  x: Float64Array,
  d: number,
  centres: Float64Array,
  k: number,
  labels: Int32Array,
  upper: Float64Array,
  lower: Float64Array,
  half: Float64Array,
): void {
  for (let c = 0; c < k; c++) {
    let smallest = Number.POSITIVE_INFINITY;
    for (let other = 0; other < k; other++) {
      if (other !== c) smallest = Math.min(smallest, squaredDistance(centres, c * d, centres, other * d, d));
    }
    // A point nearer to its centre than half the way to the next centre can have no nearer one.
    half[c] = (Math.sqrt(smallest) / 2) * (1 - 1e-12);
  }
  const n = labels.length;
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    if (label >= 0) {
      const bound = Math.max(half[label]!, lower[i]!);
      if (upper[i]! < bound) continue;
      const exact = Math.sqrt(squaredDistance(x, i * d, centres, label * d, d)) * (1 + 1e-12);
      upper[i] = exact;
      if (exact < bound) continue;
    }
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    const from = i * d;
    for (let c = 0; c < k; c++) {
      let distance = 0;
      const to = c * d;
      for (let j = 0; j < d; j++) {
        const difference = x[from + j]! - centres[to + j]!;
        distance += difference * difference;
      }
      if (distance < smallest) {
        second = smallest;
        smallest = distance;
        nearest = c;
      } else if (distance < second) second = distance;
    }
    labels[i] = nearest;
    upper[i] = Math.sqrt(smallest) * (1 + 1e-12);
    lower[i] = Math.sqrt(second) * (1 - 1e-12);
  }
}

/** Writes min(nearest, distance to point `to`) into `out` and gives back its sum. */
function shorten(x: Float64Array, d: number, to: number, nearest: Float64Array, out: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < nearest.length; i++) {
    const distance = squaredDistance(x, i * d, x, to * d, d);
    const value = distance < nearest[i]! ? distance : nearest[i]!;
    out[i] = value;
    sum += value;
  }
  return sum;
}
