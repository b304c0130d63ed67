/** Why a point belongs to its cluster rather than to the second nearest. */
export interface CentreExplanation {
  cluster: number;
  /** The second nearest cluster; −1 where there is only one. */
  rival: number;
  /** d shares of d²(rival) − d²(own); positive speaks for the own cluster. They add up to `margin`. */
  contributions: Float64Array;
  /** d²(rival) − d²(own), ≥ 0. */
  margin: number;
}

/**
 * Explains one point's cluster, column by column: (x − rival)² − (x − own)².
 *
 * @param x d scaled values. @param centres k × d, row-major. O(k · d).
 */
export function explainNearestCentre(x: ArrayLike<number>, centres: Float64Array, d: number): CentreExplanation {
  const k = centres.length / d;
  let cluster = -1;
  let rival = -1;
  let smallest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let c = 0; c < k; c++) {
    let distance = 0;
    for (let j = 0; j < d; j++) distance += (x[j]! - centres[c * d + j]!) ** 2;
    if (distance < smallest) {
      second = smallest;
      rival = cluster;
      smallest = distance;
      cluster = c;
    } else if (distance < second) {
      second = distance;
      rival = c;
    }
  }
  const contributions = new Float64Array(d);
  if (rival < 0) return { cluster, rival, contributions, margin: 0 };
  let margin = 0;
  for (let j = 0; j < d; j++) {
    const share = (x[j]! - centres[rival * d + j]!) ** 2 - (x[j]! - centres[cluster * d + j]!) ** 2;
    contributions[j] = share;
    margin += share;
  }
  return { cluster, rival, contributions, margin };
}
