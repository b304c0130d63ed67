import { createRandom } from '@cda/platform/ml/random.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import type { Shelf } from './affinity.ts';
import type { Query } from './blend.ts';
import { historyBefore, type Interactions } from './interactions.ts';
import { addScores, type ItemModel } from './item-model.ts';
import { type ProfileOptions, toProfile } from './profile.ts';

/** Recall of the first ten among products that nobody is known to have bought. */
export interface UnseenQuality {
  /** Customers who bought some of them. */
  queries: number;
  /** By likeness of words, category and price to what the customer touched. */
  content: number;
  /** By the popularity of the known products of their category. */
  category: number;
  /** Of a random ten. */
  chance: number;
}

/** Share of the products that are hidden. */
const share = 0.2;
const first = 10;

/**
 * How well products that came yesterday would find their buyers: a random fifth is hidden from every history and ranked by likeness alone
 * for customers who then bought some of it, new to them. O(queries · (products + entries of their histories)).
 *
 * @param content the catalogue's likeness, to which purchases tell nothing. @param popularity buyers by product before the queries.
 */
export function judgeUnseen(
  data: Interactions,
  content: ItemModel,
  queries: readonly Query[],
  { shelf, popularity, profile: options }: { shelf: Shelf; popularity: Float64Array; profile: ProfileOptions },
  seed: number,
): UnseenQuality {
  const random = createRandom(seed);
  const isHidden = Array.from({ length: data.products }, () => random.next() < share);
  const hidden = isHidden.flatMap((is, product) => (is ? [product] : []));
  const bought = new Float64Array(shelf.categoryShare.length);
  const known = new Float64Array(shelf.categoryShare.length);
  for (const [product, category] of shelf.category.entries()) {
    if (category < 0 || isHidden[product]) continue;
    bought[category]! += popularity[product]!;
    known[category]!++;
  }
  const byCategory = Float64Array.from(hidden, (product) => {
    const category = shelf.category[product]!;
    return category < 0 || known[category] === 0 ? 0 : bought[category]! / known[category]!;
  });
  const sums = { queries: 0, content: 0, category: 0, chance: 0 };
  for (const { customer, day, targets } of queries) {
    const profile = toProfile(historyBefore(data, customer, day), day, options);
    const owned = new Set(profile.products.filter((_, j) => profile.orders[j]! > 0));
    const wanted = new Set([...targets].filter((product) => isHidden[product] && !owned.has(product)));
    if (wanted.size === 0) continue;
    const scores = new Float64Array(data.products);
    const seen = profile.taste.map((weight, j) => (isHidden[profile.products[j]!] ? 0 : weight));
    addScores(content.byInput, profile.products, seen, scores);
    const best = Math.min(first, wanted.size);
    const recall = (values: Float64Array): number => {
      const hits = topK(values, first).reduce((sum, at) => sum + (wanted.has(hidden[at]!) ? 1 : 0), 0);
      return hits / best;
    };
    sums.queries++;
    sums.content += recall(Float64Array.from(hidden, (product) => scores[product]!));
    sums.category += recall(byCategory);
    sums.chance += (wanted.size * Math.min(first, hidden.length)) / hidden.length / best;
  }
  const over = Math.max(1, sums.queries);
  return {
    queries: sums.queries,
    content: sums.content / over,
    category: sums.category / over,
    chance: sums.chance / over,
  };
}
