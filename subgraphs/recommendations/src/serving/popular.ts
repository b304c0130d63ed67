import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import type { OfferRow } from '../loaders/offers.ts';
import { latelyDays, popularDays } from '../loaders/popular.ts';
import { boostOf } from '../merchandising/apply-rules.ts';
import { isAbout, isNarrowed, type Rule, type RuleMatch } from '../merchandising/rule.ts';
import { countryName } from './countries.ts';
import type { RankedList } from './list.ts';
import { isOffered } from './offered.ts';
import { type PopularRow, popularScore } from './popular-store.ts';
import { boostReasons, ruledList } from './ruled-list.ts';
import type { Range } from './shop-state.ts';

export interface PopularRequest {
  /** Why the list is not a personal one, where it was meant to be. */
  unavailable?: StoredUnavailable;
  /** Products that are not shown. */
  hidden?: ReadonlySet<string>;
  rules?: readonly Rule[];
  /** Products that are meant; all where absent. */
  within?: RuleMatch;
  /** Country whose popularity counts; the shop's where it is not known. */
  country?: string | null;
  /** Country that the products have to be sold to. */
  soldTo?: string | null;
}

/** Products that are looked at where no rule may want another one. */
const considered = 300;

/**
 * What most customers bought lately and is in stock, in the country where it is known: the list for those of whom nothing else is
 * known. What nobody bought follows, the newest first: a shop that has anything to sell always has a list. Scores are
 * ln(1 + buyers), each buyer counting by how long ago they bought it, and as if the whole shop bought as the country does.
 */
export async function popularList(
  context: Context,
  { unavailable, hidden = new Set(), rules = [], within = {}, country = null, soldTo = null }: PopularRequest = {},
): Promise<RankedList> {
  const [shop, { range }] = await Promise.all([context.shop(), context.state()]);
  const { asOf } = shop;
  const rows = await context.popular.get(shop, country);
  const most = rules.length > 0 || isNarrowed(within) ? Number.POSITIVE_INFINITY : considered;
  const shown: (PopularRow & { offer: OfferRow; score: number })[] = [];
  const consider = (row: PopularRow): void => {
    const offer = range.offers.get(row.productId);
    if (hidden.has(row.productId) || !isOffered(offer, soldTo)) return;
    if (!isAbout({ match: within }, row.productId, offer)) return;
    shown.push({ ...row, offer, score: popularScore(row) + boostOf(rules, row.productId, offer) });
  };
  for (const row of rows) {
    if (shown.length >= most) break;
    consider(row);
  }
  if (shown.length < most) {
    const bought = new Set(rows.map(({ productId }) => productId));
    for (const { productId } of newest(range)) {
      if (shown.length >= most) break;
      if (!bought.has(productId)) consider({ productId, buyers: 0, lately: 0, trend: 0, regional: null });
    }
  }
  const candidates = shown
    .map((row, place) => ({ row, place }))
    .sort((a, b) => b.row.score - a.row.score || a.place - b.place)
    .map(({ row }) => ({ ...row, reasons: () => [...inWords(row, country), ...boostReasons(rules, row)] }));
  return {
    ...ruledList(candidates, rules),
    pipeline: 'POPULAR',
    asOf,
    model: null,
    ...(unavailable ? { unavailable } : {}),
  };
}

const orders = new WeakMap<Range['offers'], { revision: number; rows: readonly OfferRow[] }>();

/** The range, what came last first. Worked out once for each state of it. */
function newest({ offers, revision }: Range): readonly OfferRow[] {
  const known = orders.get(offers);
  if (known?.revision === revision) return known.rows;
  const rows = [...offers.values()].sort(
    (a, b) => b.firstSeenMs - a.firstSeenMs || (a.productId < b.productId ? -1 : 1),
  );
  orders.set(offers, { revision, rows });
  return rows;
}

function inWords({ buyers, lately, trend, regional }: PopularRow, country: string | null): StoredReason[] {
  if (buyers === 0) {
    return [{ code: 'IN_RANGE', en: 'In the shop’s range', ru: 'Есть в ассортименте магазина', weight: 0 }];
  }
  const inShop: StoredReason = {
    code: 'POPULAR',
    en: `${buyers} ${buyers === 1 ? 'customer' : 'customers'} bought it in the last ${popularDays} days, ${lately} of them in the last ${latelyDays}`,
    ru: `За последние ${popularDays} дней ${russianPlural(buyers, 'купил', 'купили', 'купили')} ${buyers} ${russianPlural(buyers, 'покупатель', 'покупателя', 'покупателей')}, из них за последние ${latelyDays} — ${lately}`,
    weight: Math.log1p(trend),
  };
  if (!regional || country === null) return [inShop];
  const { en, ru } = countryName(country);
  const times = regional.factor.toFixed(1);
  // Few orders of a country are no proof of a taste of its own: then it is said that the shop's popularity counts for more.
  const isDrawn = regional.ownWeight < 0.5;
  return [
    inShop,
    {
      code: 'POPULAR_IN_COUNTRY',
      en: `${en}: bought by ${regional.buyers}, counted as ${times} times its popularity in the whole shop${isDrawn ? '; few orders are known from there, so the whole shop counts for more' : ''}`,
      ru: `${ru}: ${regional.buyers} ${russianPlural(regional.buyers, 'покупатель', 'покупателя', 'покупателей')}, засчитано как ${times.replace('.', ',')} от популярности во всём магазине${isDrawn ? '; заказов оттуда мало, поэтому важнее весь магазин' : ''}`,
      weight: popularScore({ trend, regional }) - Math.log1p(trend),
    },
  ];
}
