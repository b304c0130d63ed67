/** How good ranked lists are, as means over queries; shares are 0 to 1. */
export interface RankingQuality {
  /** Queries with at least one target. */
  queries: number;
  /** Hits among the first 20 over min(20, targets). */
  recall20: number;
  /** Discounted gain of the first 10 over that of the best possible list. */
  ndcg10: number;
  /** The same for the first 100. */
  ndcg100: number;
  /** Mean average precision of the first 20, over min(20, targets). */
  map20: number;
  /** Share of queries with a hit among the first 10. */
  hitRate10: number;
  /** Share of the catalogue that stands among the first 20 of any query. */
  coverage20: number;
  /** Mean of −log₂(share of customers who bought it) over the first 20: how little known what is shown is. */
  novelty20: number;
  /** Mean of 1 − likeness over the pairs of the first 10: how mixed a list is. */
  diversity10: number;
  /** Mean popularity of the first 10 over that of what was bought: above 1, lists lean to what sells anyway more than people do. */
  popularityBias10: number;
}

export interface RankingAccumulator {
  /** Takes the list of one query (best first, at least 100 long where the catalogue is) and what was bought. */
  add(ranked: ArrayLike<number>, targets: ReadonlySet<number>): void;
  quality(): RankingQuality;
}

/**
 * Sums up ranking quality over full-catalogue lists. Queries without a target do not count.
 *
 * @param products size of the catalogue. @param popularity share of customers who bought each product, 0..1.
 * @param likeness of two products, 0..1; without it no two are alike.
 *
 * O(100 + 45 likenesses) a query. Definitions of recall and NDCG as in Liang et al., Variational autoencoders for collaborative filtering
 * (WWW 2018), section 4.2; novelty as in Vargas and Castells (RecSys 2011).
 */
export function rankingAccumulator(
  products: number,
  popularity: Float64Array,
  likeness: (a: number, b: number) => number = () => 0,
): RankingAccumulator {
  let queries = 0;
  const sums = {
    recall20: 0,
    ndcg10: 0,
    ndcg100: 0,
    map20: 0,
    hitRate10: 0,
    novelty20: 0,
    diversity10: 0,
    shown: 0,
    bought: 0,
  };
  const shown = new Set<number>();
  return {
    add(ranked, targets) {
      if (targets.size === 0) return;
      queries++;
      let hits = 0;
      let precision = 0;
      let gain = 0;
      let novelty = 0;
      const depth = Math.min(100, ranked.length);
      const read = Math.min(20, depth);
      for (let place = 0; place < depth; place++) {
        const product = ranked[place]!;
        if (targets.has(product)) {
          hits++;
          gain += discount(place);
          if (place < 20) precision += hits / (place + 1);
        }
        if (place < 20) {
          shown.add(product);
          novelty -= Math.log2(Math.max(popularity[product]!, 1e-6)) / read;
        }
        if (place === 9) {
          sums.ndcg10 += gain / bestGain(Math.min(10, targets.size));
          if (hits > 0) sums.hitRate10++;
        }
        if (place === 19) sums.recall20 += hits / Math.min(20, targets.size);
      }
      // Catalogues shorter than a cut: the list ends before it.
      if (depth < 10) {
        sums.ndcg10 += gain / bestGain(Math.min(10, targets.size));
        if (hits > 0) sums.hitRate10++;
      }
      if (depth < 20) sums.recall20 += hits / Math.min(20, targets.size);
      sums.ndcg100 += gain / bestGain(Math.min(100, targets.size));
      sums.map20 += precision / Math.min(20, targets.size);
      sums.novelty20 += novelty;
      const head = Math.min(10, depth);
      let likenesses = 0;
      for (let a = 0; a < head; a++) {
        sums.shown += popularity[ranked[a]!]! / head;
        for (let b = 0; b < a; b++) likenesses += likeness(ranked[a]!, ranked[b]!);
      }
      sums.diversity10 += head > 1 ? 1 - likenesses / ((head * (head - 1)) / 2) : 1;
      for (const target of targets) sums.bought += popularity[target]! / targets.size;
    },
    quality: () => {
      const over = Math.max(1, queries);
      return {
        queries,
        recall20: sums.recall20 / over,
        ndcg10: sums.ndcg10 / over,
        ndcg100: sums.ndcg100 / over,
        map20: sums.map20 / over,
        hitRate10: sums.hitRate10 / over,
        coverage20: shown.size / Math.max(1, products),
        novelty20: sums.novelty20 / over,
        diversity10: sums.diversity10 / over,
        popularityBias10: sums.bought > 0 ? sums.shown / sums.bought : 0,
      };
    },
  };
}

const discount = (place: number): number => 1 / Math.log2(place + 2);

function bestGain(targets: number): number {
  let sum = 0;
  for (let place = 0; place < targets; place++) sum += discount(place);
  return sum;
}
