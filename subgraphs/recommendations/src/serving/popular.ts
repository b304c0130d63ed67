import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import { popularDays } from '../loaders/popular.ts';
import { boostOf } from '../merchandising/apply-rules.ts';
import { isAbout, type Rule, type RuleMatch } from '../merchandising/rule.ts';
import type { RankedList } from './list.ts';
import { offered } from './offered.ts';
import { boostReasons, ruledList } from './ruled-list.ts';

export interface PopularRequest {
  /** Why the list is not a personal one, where it was meant to be. */
  unavailable?: StoredUnavailable;
  /** Products that are not shown. */
  hidden?: ReadonlySet<string>;
  rules?: readonly Rule[];
  /** Products that are meant; all where absent. */
  within?: RuleMatch;
}

/** What most customers bought lately and is in stock: the list for those of whom nothing is known. Scores are ln(1 + buyers). */
export async function popularList(
  context: Context,
  { unavailable, hidden = new Set(), rules = [], within = {} }: PopularRequest = {},
): Promise<RankedList> {
  const shop = await context.shop();
  const { asOf } = shop;
  const rows = await context.popular.get(shop);
  const shown = await offered(
    rows.filter(({ productId }) => !hidden.has(productId)),
    context,
  );
  const candidates = shown
    .filter(({ productId, offer }) => isAbout({ match: within }, productId, offer))
    .map((row) => ({ ...row, score: Math.log1p(row.buyers) + boostOf(rules, row.productId, row.offer) }))
    .sort((a, b) => b.score - a.score || b.buyers - a.buyers || (a.productId < b.productId ? -1 : 1))
    .map((candidate) => ({
      ...candidate,
      reasons: () => [inWords(candidate.buyers), ...boostReasons(rules, candidate)],
    }));
  return {
    ...ruledList(candidates, rules),
    pipeline: 'POPULAR',
    asOf,
    model: null,
    ...(unavailable ? { unavailable } : {}),
  };
}

function inWords(buyers: number): StoredReason {
  if (buyers === 0) {
    return { code: 'IN_RANGE', en: 'In the shop’s range', ru: 'Есть в ассортименте магазина', weight: 0 };
  }
  return {
    code: 'POPULAR',
    en: `${buyers} ${buyers === 1 ? 'customer' : 'customers'} bought it in the last ${popularDays} days`,
    ru: `За последние ${popularDays} дней купили ${buyers} ${russianPlural(buyers, 'покупатель', 'покупателя', 'покупателей')}`,
    weight: Math.log1p(buyers),
  };
}
