import { squaredDistance } from './kmeans-kernel.ts';

/** Label of a point that belongs to no cluster. */
export const NOISE = -1;

/** Most columns that the grid takes: a cell has 3ᵈ neighbours. */
const MOST_COLUMNS = 6;

/** A partition by density. */
export interface DbscanFit {
  /** n labels: 0..clusters−1, or NOISE. Clusters are numbered by their first core point, so they don't depend on the method. */
  labels: Int32Array;
  clusters: number;
  /** n flags: 1 for a core point. */
  core: Uint8Array;
}

/**
 * Finds clusters of any shape as chains of dense neighbourhoods, and the points outside all of them.
 *
 * A point is core when at least `minPoints` points, itself included, lie within `eps` (a distance of exactly `eps` counts).
 * A border point within reach of several clusters goes to the one with the lowest number.
 *
 * @param x n × d, row-major, finite, d ≤ 6; scale the columns first.
 * @throws RangeError on more columns, on a value that is not finite, or on eps ≤ 0.
 *
 * Points are sorted into cells of side eps, so only neighbouring cells are compared: O(n log n) plus the pairs within reach, which
 * core points beyond `minPoints` need not be counted for; memory O(n). Ester, Kriegel, Sander and Xu 1996.
 */
export function fitDbscan(
  x: Float64Array,
  d: number,
  { eps, minPoints }: { eps: number; minPoints: number },
): DbscanFit {
  const n = x.length / d;
  if (d < 1 || d > MOST_COLUMNS) throw new RangeError(`DBSCAN takes 1..${MOST_COLUMNS} columns, got ${d}`);
  if (!(eps > 0 && Number.isFinite(eps))) throw new RangeError(`eps must be positive, got ${eps}`);
  if (!x.every(Number.isFinite)) throw new RangeError('points must be finite');
  const grid = createGrid(x, d, eps);
  const squaredEps = eps * eps;
  const core = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let within = 0;
    for (const cell of grid.around(i)) {
      for (let at = grid.start[cell]!; at < grid.start[cell + 1]! && within < minPoints; at++) {
        if (squaredDistance(x, i * d, x, grid.points[at]! * d, d) <= squaredEps) within++;
      }
      if (within >= minPoints) break;
    }
    core[i] = within >= minPoints ? 1 : 0;
  }

  const labels = new Int32Array(n).fill(NOISE);
  const queue = new Int32Array(n);
  let clusters = 0;
  for (let seed = 0; seed < n; seed++) {
    if (core[seed] === 0 || labels[seed] !== NOISE) continue;
    let head = 0;
    let tail = 0;
    labels[seed] = clusters;
    queue[tail++] = seed;
    while (head < tail) {
      const i = queue[head++]!;
      for (const cell of grid.around(i)) {
        // Core points that have their cluster leave the cell's list: a dense cell is walked once, not once for each neighbour.
        const from = grid.start[cell]!;
        let end = grid.open[cell]!;
        for (let at = from; at < end; ) {
          const j = grid.points[at]!;
          if (labels[j] !== NOISE) {
            end--;
            grid.points[at] = grid.points[end]!;
            grid.points[end] = j;
            continue;
          }
          if (squaredDistance(x, i * d, x, j * d, d) <= squaredEps) {
            labels[j] = clusters;
            if (core[j] === 1) queue[tail++] = j;
            continue;
          }
          at++;
        }
        grid.open[cell] = end;
      }
    }
    clusters++;
  }
  return { labels, clusters, core };
}

/**
 * Distance of each point to its k-th nearest other point, ascending: the curve whose knee suggests eps.
 *
 * @param rows the points that are measured, against all n. O(rows · n · (d + k)).
 */
export function kDistances(x: Float64Array, d: number, k: number, rows: Int32Array): Float64Array {
  const n = x.length / d;
  const out = new Float64Array(rows.length);
  const nearest = new Float64Array(k);
  for (let r = 0; r < rows.length; r++) {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) {
      if (j === rows[r]) continue;
      const distance = squaredDistance(x, rows[r]! * d, x, j * d, d);
      if (distance >= nearest[k - 1]!) continue;
      let at = k - 1;
      while (at > 0 && nearest[at - 1]! > distance) {
        nearest[at] = nearest[at - 1]!;
        at--;
      }
      nearest[at] = distance;
    }
    out[r] = Math.sqrt(nearest[k - 1]!);
  }
  return out.sort();
}

/**
 * The knee of an ascending curve: the value farthest below the chord from its first to its last point, both axes scaled to 0..1.
 * The topmost per cent is left out, since one far point alone would bend the chord. Satopää et al. 2011, "Finding a kneedle".
 *
 * @returns undefined for fewer than three values or a flat curve.
 */
export function findKnee(ascending: Float64Array): number | undefined {
  const n = Math.max(3, Math.floor(ascending.length * 0.99));
  if (ascending.length < 3) return undefined;
  const low = ascending[0]!;
  const high = ascending[n - 1]!;
  if (!(high > low)) return undefined;
  let best = 0;
  let at = -1;
  for (let i = 0; i < n; i++) {
    const gap = i / (n - 1) - (ascending[i]! - low) / (high - low);
    if (gap > best) {
      best = gap;
      at = i;
    }
  }
  return at < 0 ? undefined : ascending[at]!;
}

interface Grid {
  /** Point numbers, cell by cell. */
  points: Int32Array;
  /** Cell c holds points[start[c]] .. points[start[c + 1] − 1]. */
  start: Int32Array;
  /** End of the part of the cell that is still without a cluster. */
  open: Int32Array;
  /** The non-empty cells around a point, its own included. */
  around(point: number): Int32Array;
}

function createGrid(x: Float64Array, d: number, eps: number): Grid {
  const n = x.length / d;
  const low = new Float64Array(d).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < x.length; i++) low[i % d] = Math.min(low[i % d]!, x[i]!);
  const numberOf = new Map<string, number>();
  const cellOf = new Int32Array(n);
  const places: Float64Array[] = [];
  const place = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) place[j] = Math.floor((x[i * d + j]! - low[j]!) / eps);
    const key = place.join();
    let cell = numberOf.get(key);
    if (cell === undefined) {
      cell = places.length;
      numberOf.set(key, cell);
      places.push(Float64Array.from(place));
    }
    cellOf[i] = cell;
  }
  const start = new Int32Array(places.length + 1);
  for (let i = 0; i < n; i++) start[cellOf[i]! + 1]!++;
  for (let c = 0; c < places.length; c++) start[c + 1]! += start[c]!;
  const filled = start.slice();
  const points = new Int32Array(n);
  for (let i = 0; i < n; i++) points[filled[cellOf[i]!]!++] = i;

  const neighbours = places.map((at) => {
    const found: number[] = [];
    const probe = Float64Array.from(at);
    const visit = (j: number): void => {
      if (j === d) {
        const cell = numberOf.get(probe.join());
        if (cell !== undefined) found.push(cell);
        return;
      }
      for (let step = -1; step <= 1; step++) {
        probe[j] = at[j]! + step;
        visit(j + 1);
      }
      probe[j] = at[j]!;
    };
    visit(0);
    return Int32Array.from(found);
  });
  return { points, start, open: start.slice(1), around: (point) => neighbours[cellOf[point]!]! };
}
