import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { Context } from '../context.ts';
import type { Placement } from '../generated/resolvers.ts';
import type { HistoryRow } from '../loaders/histories.ts';
import { boostOf } from '../merchandising/apply-rules.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import type { KeptRule } from '../merchandising/parse-rule.ts';
import { isAbout, type RuleMatch } from '../merchandising/rule.ts';
import { scoreProducts } from '../ml/blend.ts';
import { scoreEvidence } from '../ml/candidates.ts';
import { diversify } from '../ml/diversity.ts';
import { rankUnder } from '../ml/evaluate.ts';
import { kinds } from '../ml/interactions.ts';
import { arrivalsFor, withArrivals } from './arrivals.ts';
import { toHistory } from './history.ts';
import type { RankedList } from './list.ts';
import { offered } from './offered.ts';
import { popularList } from './popular.ts';
import { habitReason, personalReasons } from './reasons.ts';
import { boostReasons, ruledList } from './ruled-list.ts';

export const modelName = 'recommendations.hybrid';

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
const stranger: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'Nothing is known of this customer yet: the first view or order makes the list a personal one. This is what sells best.',
  ru: 'Об этом покупателе ещё ничего не известно: список станет личным после первого просмотра или заказа. Здесь то, что продаётся лучше всего.',
};
const nothingOwned: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'This customer has not ordered anything yet, so there is nothing to buy again.',
  ru: 'Покупатель ещё ничего не заказывал, поэтому повторить нечего.',
};
const againBelowBaseline: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'The learned order does not beat the plain one on this shop, so the list goes by how often and how lately each product was ordered.',
  ru: 'Обученный порядок на этом магазине не лучше простого, поэтому список составлен по частоте и давности заказов.',
};

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
}

/** The list of one customer, by what they did up to this moment. */
export const personalList = async (customerKey: string, request: ListRequest, context: Context): Promise<RankedList> =>
  listFor(context.loaders.history.load(customerKey), request, context);

/** A list for whoever has these products in their cart or just looked at them; those are not in it. */
export async function listBeside(productIds: readonly string[], context: Context): Promise<RankedList> {
  const day = (await context.shop()).asOf.getTime() / 86_400_000;
  const rows = productIds.map((productId) => ({ productId, kind: kinds.cart, day, occasion: '' }));
  return listFor(Promise.resolve(rows), { placement: 'HOME', hidden: new Set(productIds) }, context);
}

/**
 * A history is folded in: nothing is refitted, and an event counts as soon as it is projected. Statements: the shop's clock, the
 * served version, the rules, histories, offers, each once for all lists of a request.
 */
async function listFor(history: Promise<HistoryRow[]>, request: ListRequest, context: Context): Promise<RankedList> {
  const { loaders, recommenders } = context;
  const { placement, diversity = 0, within = {} } = request;
  const isNarrowed = Object.values(within).some((condition) => condition !== null && condition !== undefined);
  const [version, rows, { asOf }, kept] = await Promise.all([
    loaders.servedVersion.load(modelName),
    history,
    context.shop(),
    request.rules ?? loaders.rules.load('all'),
  ]);
  const rules = rulesInForce(kept, placement, asOf);
  // What somebody waved away is not shown to them again.
  const dismissed = rows.filter(({ kind }) => kind === kinds.dismissal).map(({ productId }) => productId);
  const hidden = new Set([...(request.hidden ?? []), ...dismissed]);
  const recommender = version && (await recommenders.get(version));
  const mask = placement === 'BUY_AGAIN' ? 'owned' : 'fresh';
  if (!recommender) {
    if (mask === 'owned')
      return { items: [], rules: [], pipeline: 'BUY_AGAIN', unavailable: notServed, asOf, model: null };
    const bought = rows.filter(({ kind }) => kind === kinds.purchase).map(({ productId }) => productId);
    return popularList(context, { unavailable: notServed, hidden: new Set([...hidden, ...bought]), rules, within });
  }
  const folded = toHistory(rows, recommender.indexOf);
  if (folded.to === 0 && mask === 'fresh')
    return popularList(context, { unavailable: stranger, hidden, rules, within });

  const { candidates, blend, trends, vectors, beatsBaseline } = recommender.model;
  const scores = scoreEvidence(candidates, folded, asOf.getTime() / 86_400_000, trends);
  const { owned, profile } = scores;
  const learned = mask === 'fresh' || beatsBaseline.owned;
  const values = learned
    ? scoreProducts(candidates, blend, scores)
    : Float64Array.from(owned, (j) => (j < 0 ? 0 : profile.frequency[j]!));
  const allowed = rules.filter(({ action }) => action.kind === 'ALLOW_OWNED');
  const availableOf = async (pool: Int32Array) =>
    (
      await offered(
        Array.from(pool, (product) => ({ product, productId: recommender.productIds[product]! })),
        context,
      )
    ).filter(
      ({ product, productId, offer }) =>
        !hidden.has(productId) &&
        isAbout({ match: within }, productId, offer) &&
        (owned[product]! < 0 === (mask === 'fresh') ||
          (mask === 'fresh' && allowed.some((rule) => isAbout(rule, productId, offer)))),
    );
  const everything = Int32Array.from(values, (_, product) => product);
  // Rules may want what stands far down, and what stands first may be sold out: then every product is looked at.
  let available = await availableOf(
    rules.length > 0 || isNarrowed ? everything : rankUnder(mask, values, owned, considered),
  );
  if (available.length < enough && rules.length === 0 && !isNarrowed && values.length > considered) {
    available = await availableOf(everything);
  }
  for (const { product, productId, offer } of available) values[product]! += boostOf(rules, productId, offer);
  available.sort((a, b) => values[b.product]! - values[a.product]! || a.product - b.product);
  const first = available.slice(0, mixed);
  const place = new Map(first.map((item) => [item.product, item]));
  const order =
    mask === 'fresh'
      ? diversify(Int32Array.from(place.keys()), values, vectors.vectors, {
          diversity,
          category: candidates.shelf.category,
        })
      : place.keys();
  const ranked = [...Array.from(order, (product) => place.get(product)!), ...available.slice(mixed)];
  const bought = rows.filter(({ kind }) => kind === kinds.purchase).map(({ productId }) => productId);
  const arrivals =
    mask === 'fresh'
      ? await arrivalsFor(
          { recommender, version, scores, rules, within, hidden: new Set([...hidden, ...bought]) },
          context,
        )
      : [];
  return {
    ...ruledList(
      withArrivals(
        arrivals,
        ranked.map((item) => ({
          ...item,
          score: values[item.product]!,
          reasons: () => [
            ...(learned
              ? personalReasons(recommender, scores, item.product)
              : [habitReason(recommender, scores, item.product, profile.frequency[owned[item.product]!]!)]),
            ...boostReasons(rules, item),
          ],
        })),
      ),
      rules,
    ),
    pipeline: mask === 'owned' ? 'BUY_AGAIN' : 'HYBRID',
    asOf,
    model: version,
    ...(mask === 'owned' ? againUnavailable(available.length, learned) : {}),
  };
}

function againUnavailable(count: number, learned: boolean): { unavailable?: StoredUnavailable } {
  if (count === 0) return { unavailable: nothingOwned };
  return learned ? {} : { unavailable: againBelowBaseline };
}
