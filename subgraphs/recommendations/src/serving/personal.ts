import type { ExperimentPipeline } from '@cda/platform/experiments/experiment.ts';
import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { Context } from '../context.ts';
import type { Placement } from '../generated/resolvers.ts';
import type { Residence } from '../loaders/countries.ts';
import type { HistoryRow } from '../loaders/histories.ts';
import type { OfferRow } from '../loaders/offers.ts';
import { boostOf } from '../merchandising/apply-rules.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import type { KeptRule } from '../merchandising/parse-rule.ts';
import { isAbout, isNarrowed, type RuleMatch } from '../merchandising/rule.ts';
import { scoreProducts } from '../ml/blend.ts';
import { scoreEvidence } from '../ml/candidates.ts';
import { diversify } from '../ml/diversity.ts';
import { rankUnder } from '../ml/evaluate.ts';
import { kinds } from '../ml/interactions.ts';
import { expectedGapDays } from '../ml/re-buy.ts';
import { againUnavailable, againWithoutModel } from './again.ts';
import { aloneIn, aloneReasons } from './alone.ts';
import { arrivalsFor, withArrivals } from './arrivals.ts';
import { countryCode, countryName } from './countries.ts';
import { inCartOf, toHistory } from './history.ts';
import type { RankedList } from './list.ts';
import { isOffered } from './offered.ts';
import { deal, dueFrom, plans, shows } from './plan.ts';
import { popularList } from './popular.ts';
import { habitReason, personalReasons } from './reasons.ts';
import { boostReasons, ruledList } from './ruled-list.ts';

/** Products that are ranked before stock is looked at. */
const considered = 250;
/** Products in stock among them that make a list; with fewer the whole range is looked at. */
const enough = 100;
/** Products at the head of a list that are mixed by likeness. */
const mixed = 150;

export const notServed: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'No recommendation model is served: it has not been fitted yet, or does not beat its baseline. This is what sells best.',
  ru: 'Модель рекомендаций не используется: она ещё не обучена или не превзошла базовую. Здесь то, что продаётся лучше всего.',
};
/** Why somebody gets what sells best, where nothing but their country may be known. */
function stranger(country: string | null): StoredUnavailable {
  const place = country === null ? undefined : countryName(country);
  return {
    code: 'NOT_ENOUGH_DATA',
    en: `Nothing is known of what this customer likes: the first view or order of a product that the model has learnt makes the list a personal one. This is what sells best${place ? `, by the orders of their country (${place.en}) as far as there are enough` : ''}.`,
    ru: `О вкусах покупателя ещё ничего не известно: список станет личным после первого просмотра или заказа товара, известного модели. Здесь то, что продаётся лучше всего${place ? `, по заказам его страны (${place.ru}), насколько их достаточно` : ''}.`,
  };
}

/** What a list is wanted for. */
export interface ListRequest {
  placement: Placement;
  /** 0 goes by score alone, 1 mixes most. */
  diversity?: number;
  /** Products that are meant; all where absent. */
  within?: RuleMatch;
  /** Rules that stand in for those that are saved. */
  rules?: readonly KeptRule[];
  /** Products that are not shown. */
  hidden?: ReadonlySet<string>;
  /** How it is made where an experiment says so; of a stranger nothing but what sells best can be said either way. */
  pipeline?: ExperimentPipeline;
}

/** The list of one customer, by what they did up to this moment. */
export const personalList = async (customerKey: string, request: ListRequest, context: Context): Promise<RankedList> =>
  listFor(context.loaders.history.load(customerKey), () => context.loaders.country.load(customerKey), request, context);

/** Whose list beside products it is. */
export interface BasketRequest extends Pick<ListRequest, 'placement'> {
  /** Products in the cart or looked at in the session; they are not in the list. */
  productIds: readonly string[];
  /** Country that it would be sold to. */
  country?: string | null;
}

/** A list for whoever has these products in their cart or just looked at them. */
export async function listBeside(
  { productIds, placement, country = null }: BasketRequest,
  context: Context,
): Promise<RankedList> {
  const day = (await context.shop()).asOf.getTime() / 86_400_000;
  const rows = productIds.map((productId) => ({ productId, kind: kinds.cart, day, occasion: '' }));
  const residence = country === null ? null : { country, stated: true };
  return listFor(rows, async () => residence, { placement, hidden: new Set(productIds) }, context);
}

type Wanted<Value> = Value | Promise<Value>;

/**
 * A history is folded in: nothing is refitted, and an event counts as soon as it is projected. Statements: the shop's clock, what
 * holds now, histories, and countries where they matter, each once for all lists of a request.
 */
async function listFor(
  history: Wanted<readonly HistoryRow[]>,
  residence: () => Promise<Residence | null>,
  request: ListRequest,
  context: Context,
): Promise<RankedList> {
  const { placement, within = {} } = request;
  const plan = plans[placement];
  const [{ version, range, rules: kept }, rows, { asOf }] = await Promise.all([
    context.state(),
    history,
    context.shop(),
  ]);
  // Where somebody lives decides only where not everything is sold everywhere, or nothing else is known of them.
  const lives = range.isRestricted || rows.length === 0 ? await residence() : null;
  // The language that somebody reads is a hint at what is liked there, and no ground for keeping anything from them.
  // Products are sold into ISO 3166 countries: of whoever writes theirs in another way it is not known what is kept from them.
  const soldTo = lives?.stated ? countryCode(lives.country) : null;
  const rules = rulesInForce(request.rules ?? kept, placement, asOf);
  // What somebody waved away is not shown to them again.
  const dismissed = rows.filter(({ kind }) => kind === kinds.dismissal).map(({ productId }) => productId);
  // What lies in the cart does not complete it, however new it is.
  const inCart = plan.occasion === 'cart' ? inCartOf(rows, asOf.getTime() / 86_400_000) : [];
  const hidden = new Set([...(request.hidden ?? []), ...dismissed, ...inCart]);
  const bought = rows.filter(({ kind }) => kind === kinds.purchase).map(({ productId }) => productId);
  const popular = async (why?: (country: string | null) => StoredUnavailable): Promise<RankedList> => {
    const country = (lives ?? (await residence()))?.country ?? null;
    return popularList(context, {
      ...(why ? { unavailable: why(country) } : {}),
      hidden: new Set([...hidden, ...bought]),
      rules,
      within,
      country,
      soldTo,
    });
  };
  const recommender = version && (await context.recommenders.get(version));
  if (!recommender) {
    if (!shows(plan, 'fresh'))
      return { items: [], rules: [], pipeline: 'BUY_AGAIN', unavailable: againWithoutModel, asOf, model: null };
    return popular(() => notServed);
  }
  const folded = toHistory(rows, recommender.indexOf);
  if (folded.to === 0 && shows(plan, 'fresh')) return popular(stranger);
  if (request.pipeline === 'POPULAR') return popular();

  const { candidates, blend, trends, vectors, beatsBaseline } = recommender.model;
  const scores = scoreEvidence(candidates, folded, asOf.getTime() / 86_400_000, trends);
  const { owned, profile } = scores;
  const alone = aloneIn(request.pipeline);
  const values = alone
    ? Float64Array.from(scores.evidence[alone])
    : scoreProducts(candidates, blend, scores, plan.occasion);
  if (!beatsBaseline.owned && !alone) {
    for (const [product, j] of owned.entries()) if (j >= 0) values[product] = profile.frequency[j]!;
  }
  const allowed = rules.filter(({ action }) => action.kind === 'ALLOW_OWNED');
  const isDue = (j: number): boolean =>
    profile.day - profile.lastDay[j]! >= dueFrom * expectedGapDays(profile, j, candidates.reBuy);
  /** Whether a product may stand among those of a kind. */
  const isOf = (kind: 'fresh' | 'owned', product: number, offer: OfferRow): boolean => {
    const j = owned[product]!;
    if (kind === 'owned') return j >= 0 && (plan.owned === 'all' || isDue(j));
    if (j < 0) return true;
    return !shows(plan, 'owned') && allowed.some((rule) => isAbout(rule, offer.productId, offer));
  };
  // Rules may want what stands far down, and what stands first may be sold out: then every product is looked at.
  const isOpen = rules.length > 0 || isNarrowed(within);
  const listOf = (kind: 'fresh' | 'owned') => {
    const available = (pool: Iterable<number>) => {
      const items: { product: number; productId: string; offer: OfferRow; score: number }[] = [];
      for (const product of pool) {
        const productId = recommender.productIds[product]!;
        const offer = range.offers.get(productId);
        if (hidden.has(productId) || !isOffered(offer, soldTo)) continue;
        if (!isOf(kind, product, offer) || !isAbout({ match: within }, productId, offer)) continue;
        items.push({ product, productId, offer, score: values[product]! + boostOf(rules, productId, offer) });
      }
      return items;
    };
    let items = available(isOpen ? values.keys() : rankUnder(kind, values, owned, considered));
    if (items.length < enough && !isOpen && values.length > considered) items = available(values.keys());
    items.sort((a, b) => b.score - a.score || a.product - b.product);
    if (kind === 'owned') return items;
    const first = items.slice(0, mixed);
    const place = new Map(first.map((item) => [item.product, item]));
    for (const { product, score } of first) values[product] = score;
    const order = diversify(Int32Array.from(place.keys()), values, vectors.vectors, {
      diversity: Math.max(plan.diversity, request.diversity ?? 0),
      category: candidates.shelf.category,
    });
    return [...Array.from(order, (product) => place.get(product)!), ...items.slice(mixed)];
  };
  const inWords = (item: { product: number; productId: string; offer: OfferRow; score: number }) => ({
    ...item,
    reasons: () => [
      ...(alone
        ? aloneReasons(recommender, scores, item.product, alone)
        : beatsBaseline.owned || owned[item.product]! < 0
          ? personalReasons(recommender, scores, item.product, plan.occasion)
          : [habitReason(recommender, scores, item.product, profile.frequency[owned[item.product]!]!)]),
      ...boostReasons(rules, item),
    ],
  });
  const own = shows(plan, 'owned') ? listOf('owned').map(inWords) : [];
  const news = shows(plan, 'fresh')
    ? withArrivals(
        // What is newer than the model is placed by the whole of it, on another scale than that of one part.
        alone
          ? []
          : await arrivalsFor(
              {
                recommender,
                version,
                range,
                soldTo,
                scores,
                rules,
                within,
                hidden: new Set([...hidden, ...bought]),
                occasion: plan.occasion,
              },
              context,
            ),
        listOf('fresh').map(inWords),
      )
    : [];
  const ruled = ruledList(deal(plan.pattern, { fresh: news, owned: own }), rules);
  const again = () =>
    againUnavailable({
      isEmpty: ruled.items.length === 0,
      learned: beatsBaseline.owned,
      ordered: new Set(bought),
      isKnown: (productId) => recommender.indexOf.has(productId),
      isMeant: (productId) => {
        const offer = range.offers.get(productId);
        return offer ? isAbout({ match: within }, productId, offer) : !isNarrowed(within);
      },
    });
  return {
    ...ruled,
    pipeline: placement === 'BUY_AGAIN' ? 'BUY_AGAIN' : alone ? (request.pipeline ?? 'HYBRID') : 'HYBRID',
    asOf,
    model: version,
    ...(placement === 'BUY_AGAIN' ? again() : {}),
  };
}
