import { type SparseMatrix, sparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import type { ItemModel } from './item-model.ts';
import { tokenise } from './tokenise.ts';

/** What is known of a product without anybody having bought it. */
export interface ProductContent {
  /** Name and description, in every language there is. */
  text: string;
  /** Path such as `Kitchen > Knives`; empty where unknown. */
  category: string;
  brand: string;
  /** In minor units; NaN where unknown. */
  priceMinor: number;
}

/** Terms of all products: n × terms, each row of length one. */
export interface ContentVectors {
  vectors: SparseMatrix;
  /** Inverse document frequency by term. */
  idf: Map<string, { term: number; idf: number }>;
}

/** Weight of each level of a category, of the brand and of the price band against a word of middling rarity. */
const categoryWeight = 1.5;
const brandWeight = 1;
const priceWeight = 0.7;

/** Terms of one product with their weights before rarity. Each category level counts; a price counts for its own and the neighbouring band. */
export function contentTerms(content: ProductContent): Map<string, number> {
  const terms = new Map<string, number>();
  const add = (term: string, weight: number) => terms.set(term, Math.max(terms.get(term) ?? 0, weight));
  for (const word of tokenise(content.text)) add(`w:${word}`, 1);
  let path = '';
  for (const level of content.category.split('>').map((part) => part.trim().toLowerCase())) {
    if (level === '') continue;
    path = `${path}>${level}`;
    add(`c:${path}`, categoryWeight);
  }
  const brand = content.brand.trim().toLowerCase();
  if (brand !== '') add(`b:${brand}`, brandWeight);
  if (content.priceMinor > 0) {
    // Bands of a factor of √2, shared out so that prices on both sides of an edge still meet.
    const place = Math.log2(content.priceMinor) * 2;
    const band = Math.floor(place);
    add(`p:${band}`, priceWeight * (1 - (place - band)));
    add(`p:${band + 1}`, priceWeight * (place - band));
  }
  return terms;
}

/**
 * TF-IDF vectors of products: weight · ln(n / document frequency), rows scaled to length one.
 * O(total terms). Salton and Buckley, Term-weighting approaches in automatic text retrieval (1988).
 */
export function contentVectors(contents: readonly ProductContent[]): ContentVectors {
  const n = contents.length;
  const documents = contents.map(contentTerms);
  const frequency = new Map<string, number>();
  for (const terms of documents) for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const idf = new Map(
    [...frequency].map(([term, count], index) => [term, { term: index, idf: Math.log((n + 1) / count) }]),
  );
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  for (const [row, terms] of documents.entries()) {
    const weighted = toVector(terms, idf);
    for (const [term, value] of weighted) {
      rows.push(row);
      columns.push(term);
      values.push(value);
    }
  }
  return { vectors: sparseMatrix(n, Math.max(1, idf.size), rows, columns, values), idf };
}

/** The vector of one product, known or new, in the terms of others. */
export function toVector(terms: Map<string, number>, idf: ContentVectors['idf']): [term: number, value: number][] {
  const entries: [number, number][] = [];
  let norm = 0;
  for (const [term, weight] of terms) {
    const known = idf.get(term);
    if (known === undefined) continue;
    const value = weight * known.idf;
    entries.push([known.term, value]);
    norm += value ** 2;
  }
  const length = Math.sqrt(norm);
  return length === 0 ? [] : entries.map(([term, value]) => [term, value / length]);
}

/**
 * The `keep` products nearest to each by cosine of their terms. Terms of more than a third of a large range are skipped: they cost
 * most and tell least. O(Σ over terms of (products with it)² + n² log keep).
 */
export function fitContent({ vectors }: ContentVectors, keep = 100): ItemModel {
  const n = vectors.rows;
  const byTerm = transpose(vectors);
  const common = n > 100 ? n / 3 : n;
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  const cosine = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    cosine.fill(0);
    for (let at = vectors.offsets[i]!; at < vectors.offsets[i + 1]!; at++) {
      const term = vectors.indices[at]!;
      const from = byTerm.offsets[term]!;
      const to = byTerm.offsets[term + 1]!;
      if (to - from > common) continue;
      const value = vectors.values[at]!;
      for (let other = from; other < to; other++) cosine[byTerm.indices[other]!]! += value * byTerm.values[other]!;
    }
    for (let j = 0; j < n; j++) if (cosine[j] === 0 || j === i) cosine[j] = Number.NEGATIVE_INFINITY;
    for (const j of topK(cosine, keep)) {
      rows.push(i);
      columns.push(j);
      values.push(cosine[j]!);
    }
  }
  const byTarget = sparseMatrix(n, n, rows, columns, values);
  return { byTarget, byInput: transpose(byTarget) };
}

/** Cosine of two products' terms, 0..1. O(terms). */
export function cosineOf({ offsets, indices, values }: SparseMatrix, one: number, other: number): number {
  let sum = 0;
  let b = offsets[other]!;
  const end = offsets[other + 1]!;
  // Both lists ascend.
  for (let a = offsets[one]!; a < offsets[one + 1]! && b < end; a++) {
    while (b < end && indices[b]! < indices[a]!) b++;
    if (b < end && indices[b] === indices[a]) sum += values[a]! * values[b]!;
  }
  return sum;
}

/** What a term is about. */
export type TermGroup = 'words' | 'category' | 'brand' | 'price';

const groupOfPrefix: Readonly<Record<string, TermGroup>> = { w: 'words', c: 'category', b: 'brand', p: 'price' };

const groups = new WeakMap<ContentVectors['idf'], TermGroup[]>();

/** What each term is about, by term. O(terms) the first time. */
export function termGroups(idf: ContentVectors['idf']): TermGroup[] {
  const known = groups.get(idf);
  if (known) return known;
  const made: TermGroup[] = [];
  for (const [text, { term }] of idf) made[term] = groupOfPrefix[text[0]!]!;
  groups.set(idf, made);
  return made;
}
