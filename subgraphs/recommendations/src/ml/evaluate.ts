import { type RankingQuality, rankingAccumulator } from '@cda/platform/ml/ranking-metrics.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import type { Query } from './blend.ts';
import type { CustomerScores } from './candidates.ts';

/** Which products may stand in a list: those new to the customer, those they own, or both. */
export type Mask = 'fresh' | 'owned' | 'all';

const masks: readonly Mask[] = ['fresh', 'owned', 'all'];

/** Ranks the whole catalogue by scores under a mask; best first. O(n log depth). */
export function rankUnder(mask: Mask, scores: Float64Array, owned: Int32Array, depth: number): Int32Array {
  if (mask === 'all') return topK(scores, depth);
  const allowed = scores.map((score, i) => (owned[i]! < 0 === (mask === 'fresh') ? score : Number.NEGATIVE_INFINITY));
  return topK(allowed, depth);
}

/** Quality by mask and pipeline. */
export type Evaluation<Name extends string> = Record<Mask, Record<Name, RankingQuality>>;

/**
 * Quality of several pipelines on the same queries, over the full catalogue, under every mask. Under a mask only targets that it
 * lets through count.
 *
 * @param pipelines for each name, scores of all products for one query.
 *
 * O(queries · pipelines · (scoring + products)).
 */
export function evaluate<Name extends string>(
  queries: readonly Query[],
  scorer: (customer: number, day: number) => CustomerScores,
  pipelines: Record<Name, (scores: CustomerScores) => Float64Array>,
  shape: {
    products: number;
    popularity: Float64Array;
    customers: number;
    masks?: readonly Mask[];
    /** Likeness of two products, 0..1. */
    likeness?: (a: number, b: number) => number;
  },
): Evaluation<Name> {
  const names = Object.keys(pipelines) as Name[];
  const share = shape.popularity.map((count) => count / Math.max(1, shape.customers));
  const sums = new Map(
    masks.map((mask) => [
      mask,
      new Map(names.map((name) => [name, rankingAccumulator(shape.products, share, shape.likeness)])),
    ]),
  );
  for (const query of queries) {
    const scores = scorer(query.customer, query.day);
    const known = [...query.targets].filter((product) => scores.owned[product]! >= 0);
    const targets: Record<Mask, ReadonlySet<number>> = {
      all: query.targets,
      owned: new Set(known),
      fresh: query.targets.difference(new Set(known)),
    };
    for (const name of names) {
      const values = pipelines[name](scores);
      for (const mask of shape.masks ?? masks) {
        if (targets[mask].size === 0) continue;
        sums
          .get(mask)!
          .get(name)!
          .add(rankUnder(mask, values, scores.owned, 100), targets[mask]);
      }
    }
  }
  return Object.fromEntries(
    masks.map((mask) => [mask, Object.fromEntries(names.map((name) => [name, sums.get(mask)!.get(name)!.quality()]))]),
  ) as Evaluation<Name>;
}
