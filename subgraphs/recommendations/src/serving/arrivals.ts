import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type { Context } from '../context.ts';
import type { ProductRow } from '../entities/product.ts';
import { boostOf, type Candidate } from '../merchandising/apply-rules.ts';
import { isAbout, type Rule, type RuleMatch } from '../merchandising/rule.ts';
import { scoreArrival } from '../ml/arrival.ts';
import type { Occasion } from '../ml/blend.ts';
import type { CustomerScores } from '../ml/candidates.ts';
import { contentOf } from './content-of.ts';
import type { RankedItem } from './list.ts';
import { isOffered } from './offered.ts';
import { arrivalReasons } from './reasons.ts';
import type { Recommender } from './recommender.ts';
import { boostReasons } from './ruled-list.ts';
import type { Range } from './shop-state.ts';

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
  range: Range;
  /** What the list is made for. */
  occasion: Occasion;
  /** Country that they have to be sold to. */
  soldTo: string | null;
}

/** Products newer than a model that are looked at: the latest. */
const most = 100;

const newest = new WeakMap<Range['offers'], { revision: number; asOf: number; rows: Promise<ProductRow[]> }>();

/** What came into the shop after a moment, the latest first; read once for each state of the range. */
function arrivalsAfter(moment: Date, { offers, revision }: Range, { loaders }: Context): Promise<ProductRow[]> {
  const asOf = moment.getTime();
  const known = newest.get(offers);
  if (known?.revision === revision && known.asOf === asOf) return known.rows;
  const ids = [...offers.values()]
    .filter(({ firstSeenMs }) => firstSeenMs > asOf)
    .sort((a, b) => b.firstSeenMs - a.firstSeenMs || (a.productId < b.productId ? -1 : 1))
    .slice(0, most)
    .map(({ productId }) => productId);
  const rows = loaders.product
    .loadMany(ids)
    .then((found) => found.filter((row): row is ProductRow => row !== null && !(row instanceof Error)));
  newest.set(offers, { revision, asOf, rows });
  return rows;
}

/** Products that came after the model was fitted, by their words, category and price; best first. */
export async function arrivalsFor(
  { recommender, version, scores, rules, within, hidden, range, soldTo, occasion }: ArrivalRequest,
  context: Context,
): Promise<(RankedItem & Candidate)[]> {
  const { candidates, blend, vectors } = recommender.model;
  const rows = await arrivalsAfter(version.asOf, range, context);
  return rows
    .flatMap((row) => {
      const { productId } = row;
      const offer = range.offers.get(productId);
      if (hidden.has(productId) || recommender.indexOf.has(productId) || !isOffered(offer, soldTo)) return [];
      const { score, terms } = scoreArrival(candidates, blend, vectors, scores, contentOf(row), occasion);
      return [
        {
          productId,
          offer,
          score: score + boostOf(rules, productId, offer),
          reasons: () => [...arrivalReasons(recommender, scores, terms), ...boostReasons(rules, { productId, offer })],
        },
      ];
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
