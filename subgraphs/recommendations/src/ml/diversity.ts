import type { SparseMatrix } from '@cda/platform/ml/sparse-matrix.ts';
import { duplicateCosine, duplicatesLast } from './near-duplicates.ts';

/** Places of a list that are mixed. */
const mixedPlaces = 50;

/**
 * Orders candidates by maximal marginal relevance: each next item is the best by relevance − diversity · (greatest likeness to one
 * that is shown already) · spread, where spread is the range of the candidates' relevance. 0 leaves the order as it is.
 * Near-duplicates (cosine of `duplicate` and more) of a shown item go to the end whatever the setting.
 *
 * @param ranked candidates, best first. @param scores of all products. @param vectors rows of length one by product.
 * @param diversity 0..1. @param category department of each product, −1 where it has none: things of one are alike in part.
 *
 * The first `mixedPlaces` are chosen so; nobody reads on so far that what follows would have to be mixed.
 *
 * O(places · length · terms of a product), O(length) where nothing is to be mixed. Carbonell and Goldstein, The use of MMR (SIGIR 1998).
 */
export function diversify(
  ranked: Int32Array,
  scores: Float64Array,
  vectors: SparseMatrix,
  {
    diversity,
    duplicate = duplicateCosine,
    category,
  }: { diversity: number; duplicate?: number; category?: Int32Array },
): Int32Array {
  const n = ranked.length;
  if (n < 3) return ranked;
  // The order stands: only what repeats something above it moves, and that is known beforehand.
  if (diversity === 0 && duplicate === duplicateCosine) {
    return duplicatesLast(ranked, vectors).map((place) => ranked[place]!);
  }
  const spread = Math.max(1e-9, scores[ranked[0]!]! - scores[ranked[n - 1]!]!);
  const likeness = new Float64Array(n);
  const nearest = new Float64Array(n);
  const taken = new Uint8Array(n);
  const out = new Int32Array(n);
  // The vector of the item shown last, dense: taken out again by its own terms.
  const dense = new Float64Array(vectors.columns);
  const places = Math.min(n, mixedPlaces);
  for (let place = 0; place < places; place++) {
    let best = -1;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < n; c++) {
      if (taken[c]) continue;
      let value = scores[ranked[c]!]! - diversity * likeness[c]! * spread;
      if (nearest[c]! >= duplicate) value -= 10 * spread;
      if (value > bestValue) {
        best = c;
        bestValue = value;
      }
    }
    taken[best] = 1;
    out[place] = ranked[best]!;
    const product = ranked[best]!;
    if (product >= vectors.rows) continue;
    const begin = vectors.offsets[product]!;
    const end = vectors.offsets[product + 1]!;
    for (let at = begin; at < end; at++) dense[vectors.indices[at]!] = vectors.values[at]!;
    for (let c = 0; c < n; c++) {
      const other = ranked[c]!;
      if (taken[c] || other >= vectors.rows) continue;
      let cosine = 0;
      for (let at = vectors.offsets[other]!; at < vectors.offsets[other + 1]!; at++) {
        cosine += dense[vectors.indices[at]!]! * vectors.values[at]!;
      }
      nearest[c] = Math.max(nearest[c]!, cosine);
      // Words alone tell little of kinship: whoever wants a mixed list wants other departments.
      const isKin = category !== undefined && category[product]! >= 0 && category[product] === category[other];
      likeness[c] = Math.max(likeness[c]!, isKin ? 0.8 + 0.2 * cosine : cosine);
    }
    for (let at = begin; at < end; at++) dense[vectors.indices[at]!] = 0;
  }
  const rest = [...ranked.keys()].filter((c) => !taken[c]);
  const isEcho = (c: number): boolean => nearest[c]! >= duplicate;
  const tail = [...rest.filter((c) => !isEcho(c)), ...rest.filter(isEcho)];
  for (const [i, c] of tail.entries()) out[places + i] = ranked[c]!;
  return out;
}
