import { categoryLeaning, priceLeaning } from './affinity.ts';
import { type Blend, demandOf, featureNames, type Occasion, rankerOf, saturate } from './blend.ts';
import type { Candidates, CustomerScores } from './candidates.ts';
import { type ContentVectors, contentTerms, type ProductContent, toVector } from './content-model.ts';
import type { Term } from './explain.ts';

/** A product that is newer than the model, with its score for one customer and the parts that it adds up from. */
export interface ScoredArrival {
  score: number;
  terms: Term[];
}

/**
 * Scores a product that the model has never seen, by its words, category and price alone. Of its demand nothing is known, which is not
 * the same as little: it gets that of an average product. O(m · terms).
 */
export function scoreArrival(
  candidates: Candidates,
  blend: Blend,
  { vectors, idf }: ContentVectors,
  scores: CustomerScores,
  content: ProductContent,
  occasion: Occasion = 'order',
): ScoredArrival {
  const ranker = rankerOf(blend, false, occasion);
  const { weights, intercept } = ranker;
  const weightOf = (name: (typeof featureNames)[number]): number => weights[featureNames.indexOf(name)]!;
  const own = new Map(toVector(contentTerms(content), idf));
  const { products, taste } = scores.profile;
  const damping = 1 / Math.sqrt(1 + taste.reduce((a, b) => a + b, 0));
  const shares = Float64Array.from(products, (product, j) => {
    if (product >= vectors.rows) return 0;
    let cosine = 0;
    for (let at = vectors.offsets[product]!; at < vectors.offsets[product + 1]!; at++) {
      cosine += (own.get(vectors.indices[at]!) ?? 0) * vectors.values[at]!;
    }
    return cosine * taste[j]! * damping;
  });
  const sum = shares.reduce((a, b) => a + b, 0);
  const likeness = weightOf('content') * saturate(sum, blend.scales.content);
  const terms: Term[] = [];
  if (likeness > 0) {
    for (const [j, share] of shares.entries()) {
      if (share > 0)
        terms.push({ kind: 'evidence', product: products[j]!, model: 'content', weight: (share / sum) * likeness });
    }
  }
  // A product of the same department and price stands in for what the shelf does not know of this one.
  const shelf = {
    ...candidates.shelf,
    category: Int32Array.of(departmentOf(candidates, { vectors, idf }, content)),
    logPrice: Float64Array.of(content.priceMinor > 0 ? Math.log(content.priceMinor) : Number.NaN),
  };
  const leaning = categoryLeaning(scores.affinity, shelf, 0);
  terms.push({ kind: 'category', leaning, weight: weightOf('category') * leaning });
  terms.push({ kind: 'price', weight: weightOf('price') * priceLeaning(scores.affinity, shelf, 0) });
  terms.push({ kind: 'base', weight: intercept + demandOf(candidates, ranker, scores.trends).mean });
  return { score: terms.reduce((total, { weight }) => total + weight, 0), terms };
}

/** Index of the department that a product's category begins with, −1 where no known product is of it. O(entries). */
function departmentOf({ shelf }: Candidates, { vectors, idf }: ContentVectors, { category }: ProductContent): number {
  const [first] = category.split('>');
  const term = idf.get(`c:>${first!.trim().toLowerCase()}`)?.term;
  if (term === undefined) return -1;
  for (let product = 0; product < vectors.rows; product++) {
    for (let at = vectors.offsets[product]!; at < vectors.offsets[product + 1]!; at++) {
      if (vectors.indices[at] === term) return shelf.category[product]!;
    }
  }
  return -1;
}
