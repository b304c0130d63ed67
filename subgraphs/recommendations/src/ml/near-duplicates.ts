import { type SparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';

/** Cosine from which two products are one in different clothes. */
export const duplicateCosine = 0.97;

const found = new WeakMap<SparseMatrix, readonly Int32Array[]>();

/**
 * The near-duplicates of each product: a cosine of `duplicateCosine` and more. Whatever resembles a product so far shares one of its
 * heaviest terms (those that make up 1 − cosine² of its length), so only products with one of these are compared.
 *
 * @param vectors n × terms, rows of length one (or zero).
 *
 * O(Σ over products of the products with its heaviest terms · terms) the first time; kept as long as the vectors are.
 */
export function nearDuplicates(vectors: SparseMatrix): readonly Int32Array[] {
  const known = found.get(vectors);
  if (known) return known;
  const byTerm = transpose(vectors);
  const dense = new Float64Array(vectors.columns);
  const lists = Array.from({ length: vectors.rows }, (_, product) => {
    const begin = vectors.offsets[product]!;
    const end = vectors.offsets[product + 1]!;
    const places = Array.from({ length: end - begin }, (__, i) => begin + i);
    places.sort((a, b) => vectors.values[b]! - vectors.values[a]!);
    const candidates = new Set<number>();
    let covered = 0;
    for (const place of places) {
      if (covered > 1 - duplicateCosine ** 2 + 1e-9) break;
      covered += vectors.values[place]! ** 2;
      const term = vectors.indices[place]!;
      for (let at = byTerm.offsets[term]!; at < byTerm.offsets[term + 1]!; at++) candidates.add(byTerm.indices[at]!);
    }
    for (const place of places) dense[vectors.indices[place]!] = vectors.values[place]!;
    const alike: number[] = [];
    for (const other of candidates) {
      if (other === product) continue;
      let cosine = 0;
      for (let at = vectors.offsets[other]!; at < vectors.offsets[other + 1]!; at++) {
        cosine += dense[vectors.indices[at]!]! * vectors.values[at]!;
      }
      if (cosine >= duplicateCosine) alike.push(other);
    }
    for (const place of places) dense[vectors.indices[place]!] = 0;
    return Int32Array.from(alike).sort();
  });
  found.set(vectors, lists);
  return lists;
}

/**
 * Places of a list in the order in which they are to be shown: near-duplicates of what stands above them come last, else nothing
 * moves. @param ranked products, best first; what is outside of the vectors' rows resembles nothing. O(length · duplicates).
 */
export function duplicatesLast(ranked: Int32Array, vectors: SparseMatrix): Int32Array {
  const lists = nearDuplicates(vectors);
  const shown = new Set<number>();
  const order: number[] = [];
  const last: number[] = [];
  for (const [place, product] of ranked.entries()) {
    const alike = lists[product];
    if (alike?.some((other) => shown.has(other))) {
      last.push(place);
      continue;
    }
    order.push(place);
    shown.add(product);
  }
  return Int32Array.from([...order, ...last]);
}
