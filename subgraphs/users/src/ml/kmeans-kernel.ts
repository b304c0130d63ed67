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
 * Points that are summed up by themselves: sums of chunks are added in their order, so that rounding is the same whoever sums a chunk and
 * when. Fewer points than this are summed in the order of the plain algorithm.
 */
const CHUNK = 16_384;

/** Everything that an iteration reads and writes; in shared memory where several threads take part. */
export interface LloydState {
  /** n × d, row-major. */
  x: Float64Array;
  d: number;
  k: number;
  /** k × d, row-major. */
  centres: Float64Array;
  /** n labels, −1 before the first iteration. */
  labels: Int32Array;
  /**
   * n bounds of the distance to the own centre from above, and to the second nearest from below, as if the ways of the centres since the
   * beginning were still to come: they are added on reading, and a point whose bounds hold is not written to.
   */
  upper: Float64Array;
  lower: Float64Array;
  /** k: a point nearer to its centre than this can have no nearer one. */
  half: Float64Array;
  /** k lengths of the way of each centre since the beginning, and of the longest of the others' ways, step by step. */
  way: Float64Array;
  othersWay: Float64Array;
  /** chunks × k × d, and chunks × k: of the points of a chunk by label. */
  sums: Float64Array;
  counts: Float64Array;
}

/** Goes through all chunks of points once, in whatever order and by whatever threads. */
export type RunChunks = (state: LloydState, chunks: number) => void;

/** Makes the state for n points, in memory of the kind that `allocate` gives. */
export function createLloydState(
  x: Float64Array,
  d: number,
  k: number,
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): LloydState {
  const n = x.length / d;
  const chunks = Math.ceil(n / CHUNK);
  const doubles = (length: number): Float64Array => new Float64Array(allocate(8 * length));
  return {
    x,
    d,
    k,
    centres: doubles(k * d),
    labels: new Int32Array(allocate(4 * n)),
    upper: doubles(n),
    lower: doubles(n),
    half: doubles(k),
    way: doubles(k),
    othersWay: doubles(k),
    sums: doubles(chunks * k * d),
    counts: doubles(chunks * k),
  };
}

/**
 * Lloyd's iterations on typed arrays with Hamerly's bounds: a point whose bounds show that its centre is still the nearest is not
 * compared with the others. Same labels as the plain algorithm from the same start, and the same bits whatever the number of threads.
 * An empty cluster keeps its centre.
 *
 * @param x n × d, row-major, finite.
 * @param start k × d, row-major.
 * @param state memory to work in, of a run before on the same x, d and k; made where it is absent.
 *
 * O(iterations · n · d) where clusters are apart, · k at worst; 2 n + k doubles besides the result.
 * Hamerly 2010, "Making k-means even faster", algorithm 1.
 */
export function fitLloyd(
  x: Float64Array,
  d: number,
  start: Float64Array,
  options: LloydOptions & { state?: LloydState; run?: RunChunks } = {},
): KMeansFit {
  const n = x.length / d;
  const k = start.length / d;
  const maxIterations = options.maxIterations ?? 100;
  const tolerance = options.tolerance ?? 0;
  const state = options.state ?? createLloydState(x, d, k);
  const run = options.run ?? runAlone;
  const { centres, labels } = state;
  const chunks = Math.ceil(n / CHUNK);
  centres.set(start);
  labels.fill(-1);
  for (const zeroed of [state.way, state.othersWay, state.sums, state.counts]) zeroed.fill(0);
  let iterations = 0;
  for (let converged = false; ; iterations++) {
    measureHalves(state);
    run(state, chunks);
    if (converged || iterations >= maxIterations) break;
    converged = moveCentres(state, chunks, tolerance);
  }
  return {
    centres: Float64Array.from(centres),
    labels: Int32Array.from(labels),
    inertia: inertiaOf(x, d, centres, labels),
    iterations,
  };
}

const runAlone: RunChunks = (state, chunks) => {
  for (let chunk = 0; chunk < chunks; chunk++) assignChunk(state, chunk);
};

/** Moves each centre into the middle of its points; whether none moved farther than the tolerance. */
function moveCentres(
  { d, k, centres, way, othersWay, sums, counts }: LloydState,
  chunks: number,
  tolerance: number,
): boolean {
  const moved = new Float64Array(k);
  let farthest = 0;
  let second = 0;
  let farthestCentre = -1;
  let converged = true;
  for (let c = 0; c < k; c++) {
    let count = 0;
    for (let chunk = 0; chunk < chunks; chunk++) count += counts[chunk * k + c]!;
    let squared = 0;
    if (count > 0) {
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let chunk = 0; chunk < chunks; chunk++) sum += sums[(chunk * k + c) * d + j]!;
        const value = sum / count;
        squared += (value - centres[c * d + j]!) ** 2;
        centres[c * d + j] = value;
      }
    }
    if (squared > tolerance) converged = false;
    const distance = Math.sqrt(squared) * (1 + SLACK);
    moved[c] = distance;
    if (distance > farthest) {
      second = farthest;
      farthest = distance;
      farthestCentre = c;
    } else if (distance > second) second = distance;
  }
  for (let c = 0; c < k; c++) {
    way[c]! += moved[c]!;
    othersWay[c]! += c === farthestCentre ? second : farthest;
  }
  return converged;
}

function measureHalves({ d, k, centres, half }: LloydState): void {
  for (let c = 0; c < k; c++) {
    let smallest = Number.POSITIVE_INFINITY;
    for (let other = 0; other < k; other++) {
      if (other !== c) smallest = Math.min(smallest, squaredDistance(centres, c * d, centres, other * d, d));
    }
    half[c] = (Math.sqrt(smallest) / 2) * (1 - SLACK);
  }
}

/** Rounding must never make a bound tighter than the truth: of distances, and of sums of ways. */
const SLACK = 1e-12;
const WAY_SLACK = 1e-14;

/** Columns up to which distances are written out rather than looped over; columns that are not there are zeros and change no bit. */
const WIDE = 6;

/** k × 6, row-major: the centres with zeros behind their columns; nothing for points of more columns. */
function widen(centres: Float64Array, d: number, k: number): Float64Array {
  if (d === WIDE) return centres;
  const wide = new Float64Array(d < WIDE ? k * WIDE : 0);
  for (let c = 0; c < k && d < WIDE; c++) wide.set(centres.subarray(c * d, c * d + d), c * WIDE);
  return wide;
}

/** Squared distance of a point of six columns to the centre at `to`; the terms are added in the order of the columns. */
function wideDistance(
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  x4: number,
  x5: number,
  wide: Float64Array,
  to: number,
): number {
  const e0 = x0 - wide[to]!;
  const e1 = x1 - wide[to + 1]!;
  const e2 = x2 - wide[to + 2]!;
  const e3 = x3 - wide[to + 3]!;
  const e4 = x4 - wide[to + 4]!;
  const e5 = x5 - wide[to + 5]!;
  return e0 * e0 + e1 * e1 + e2 * e2 + e3 * e3 + e4 * e4 + e5 * e5;
}

/** Gives the points of a chunk to their nearest centres, and keeps the chunk's sums. */
export function assignChunk(
  { x, d, k, centres, labels, upper, lower, half, way, othersWay, sums, counts }: LloydState,
  chunk: number,
): void {
  const end = Math.min(labels.length, (chunk + 1) * CHUNK);
  const reach = way.map((length) => length * (1 + WAY_SLACK));
  const othersReach = othersWay.map((length) => length * (1 + WAY_SLACK));
  const wide = widen(centres, d, k);
  const narrow = d <= WIDE;
  for (let i = chunk * CHUNK; i < end; i++) {
    const label = labels[i]!;
    let bound = 0;
    if (label >= 0) {
      const rest = lower[i]! - othersReach[label]!;
      bound = rest > half[label]! ? rest : half[label]!;
      if (upper[i]! + reach[label]! < bound) continue;
    }
    const from = i * d;
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    if (narrow) {
      const x0 = x[from]!;
      const x1 = d > 1 ? x[from + 1]! : 0;
      const x2 = d > 2 ? x[from + 2]! : 0;
      const x3 = d > 3 ? x[from + 3]! : 0;
      const x4 = d > 4 ? x[from + 4]! : 0;
      const x5 = d > 5 ? x[from + 5]! : 0;
      if (label >= 0) {
        // Squared: most that come here are compared with all, and need no root of it.
        const own = wideDistance(x0, x1, x2, x3, x4, x5, wide, label * WIDE);
        if (bound > 0 && own * (1 + 4 * SLACK) < bound * bound) {
          upper[i] = Math.sqrt(own) * (1 + SLACK) - way[label]!;
          continue;
        }
      }
      for (let c = 0, to = 0; c < k; c++, to += WIDE) {
        const distance = wideDistance(x0, x1, x2, x3, x4, x5, wide, to);
        if (distance < smallest) {
          next = smallest;
          smallest = distance;
          nearest = c;
        } else if (distance < next) next = distance;
      }
    } else {
      if (label >= 0) {
        const exact = Math.sqrt(squaredDistance(x, from, centres, label * d, d)) * (1 + SLACK);
        if (exact < bound) {
          upper[i] = exact - way[label]!;
          continue;
        }
      }
      for (let c = 0; c < k; c++) {
        const distance = squaredDistance(x, from, centres, c * d, d);
        if (distance < smallest) {
          next = smallest;
          smallest = distance;
          nearest = c;
        } else if (distance < next) next = distance;
      }
    }
    upper[i] = Math.sqrt(smallest) * (1 + SLACK) - way[nearest]!;
    lower[i] = Math.sqrt(next) * (1 - SLACK) + othersWay[nearest]!;
    if (nearest === label) continue;
    labels[i] = nearest;
    // Sums follow the points that change: in the order of the points, so that their bits hang on nothing else.
    if (label >= 0) {
      counts[chunk * k + label]!--;
      for (let j = 0, to = (chunk * k + label) * d; j < d; j++, to++) sums[to]! -= x[from + j]!;
    }
    counts[chunk * k + nearest]!++;
    for (let j = 0, to = (chunk * k + nearest) * d; j < d; j++, to++) sums[to]! += x[from + j]!;
  }
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
