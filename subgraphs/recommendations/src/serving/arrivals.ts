import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type { Context } from '../context.ts';
import { boostOf, type Candidate } from '../merchandising/apply-rules.ts';
import { isAbout, type Rule, type RuleMatch } from '../merchandising/rule.ts';
import { scoreArrival } from '../ml/arrival.ts';
import type { CustomerScores } from '../ml/candidates.ts';
import { contentOf } from './content-of.ts';
import type { RankedItem } from './list.ts';
import { arrivalReasons } from './reasons.ts';
import type { Recommender } from './recommender.ts';
import { boostReasons } from './ruled-list.ts';

export interface ArrivalRequest {
  recommender: Recommender;
  /** Version of the model: what is newer than its data is an arrival. */
  version: RegisteredVersion;
  scores: CustomerScores;
  rules: readonly Rule[];
  /** Products that are meant. */
  within: RuleMatch;
  /** Products that are not shown. */
  hidden: ReadonlySet<string>;
}

/** Products that came after the model was fitted, by their words, category and price; best first. */
export async function arrivalsFor(
  { recommender, version, scores, rules, within, hidden }: ArrivalRequest,
  { loaders }: Context,
): Promise<(RankedItem & Candidate)[]> {
  const { candidates, blend, vectors } = recommender.model;
  const rows = await loaders.arrivals.load(version.asOf.toISOString());
  return rows
    .filter(({ productId, stock }) => stock !== 0 && !hidden.has(productId) && !recommender.indexOf.has(productId))
    .map((row) => {
      const { productId } = row;
      const offer = {
        category: row.category ?? null,
        brand: row.brand ?? null,
        priceMinor: row.priceMinor ?? null,
        stock: row.stock ?? null,
      };
      const { score, terms } = scoreArrival(candidates, blend, vectors, scores, contentOf(row));
      return {
        productId,
        offer,
        score: score + boostOf(rules, productId, offer),
        reasons: () => [...arrivalReasons(recommender, scores, terms), ...boostReasons(rules, { productId, offer })],
      };
    })
    .filter(({ productId, offer }) => isAbout({ match: within }, productId, offer))
    .sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1));
}

/** Sets each arrival before the first item of a lower score; the others keep their order. */
export function withArrivals<Item extends Candidate>(arrivals: readonly Item[], ranked: readonly Item[]): Item[] {
  const out: Item[] = [];
  let next = 0;
  for (const item of ranked) {
    while (next < arrivals.length && arrivals[next]!.score > item.score) out.push(arrivals[next++]!);
    out.push(item);
  }
  return [...out, ...arrivals.slice(next)];
}
