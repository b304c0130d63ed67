import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { Context } from '../context.ts';
import type { Placement } from '../generated/resolvers.ts';
import { scoreProducts } from '../ml/blend.ts';
import { scoreEvidence } from '../ml/candidates.ts';
import { diversify } from '../ml/diversity.ts';
import { rankUnder } from '../ml/evaluate.ts';
import { kinds } from '../ml/interactions.ts';
import { available } from './available.ts';
import { toHistory } from './history.ts';
import type { RankedList } from './list.ts';
import { popularList } from './popular.ts';
import { habitReason, personalReasons } from './reasons.ts';

export const modelName = 'recommendations.hybrid';

/** Products that are ranked before stock is looked at, and that a list may hold. */
const considered = 250;
const longest = 150;

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

/**
 * The list of one customer, folded in from what they did up to this moment: nothing is refitted, and an event counts as soon as it
 * is projected. Statements: the shop's clock, the served version, histories, products, each once for all customers of a request.
 */
export async function personalList(customerKey: string, placement: Placement, context: Context): Promise<RankedList> {
  const { loaders, recommenders } = context;
  const [version, rows, { asOf }] = await Promise.all([
    loaders.servedVersion.load(modelName),
    loaders.history.load(customerKey),
    context.shop(),
  ]);
  const recommender = version && (await recommenders.get(version));
  const mask = placement === 'BUY_AGAIN' ? 'owned' : 'fresh';
  if (!recommender) {
    if (mask === 'owned') return { items: [], pipeline: 'BUY_AGAIN', unavailable: notServed, asOf, model: null };
    const owned = new Set(rows.filter(({ kind }) => kind === kinds.purchase).map(({ productId }) => productId));
    return popularList(context, { unavailable: notServed, owned });
  }
  const history = toHistory(rows, recommender.indexOf);
  if (history.to === 0 && mask === 'fresh') return popularList(context, { unavailable: stranger });

  const { candidates, blend, trends, vectors, beatsBaseline } = recommender.model;
  const scores = scoreEvidence(candidates, history, asOf.getTime() / 86_400_000, trends);
  const { owned, profile } = scores;
  const learned = mask === 'fresh' || beatsBaseline.owned;
  const values = learned
    ? scoreProducts(candidates, blend, scores)
    : Float64Array.from(owned, (j) => (j < 0 ? 0 : profile.frequency[j]!));
  const ranked = rankUnder(mask, values, owned, considered);
  const inStock = Int32Array.from(
    await available(Array.from(ranked), (product) => recommender.productIds[product]!, context),
  );
  const shown =
    mask === 'fresh' ? diversify(inStock.slice(0, longest), values, vectors.vectors, { diversity: 0 }) : inStock;
  return {
    items: Array.from(shown, (product) => ({
      productId: recommender.productIds[product]!,
      score: values[product]!,
      reasons: () =>
        learned
          ? personalReasons(recommender, scores, product)
          : [habitReason(recommender, scores, product, values[product]!)],
    })),
    pipeline: mask === 'owned' ? 'BUY_AGAIN' : 'HYBRID',
    asOf,
    model: version,
    ...(mask === 'owned' ? againUnavailable(inStock.length, learned) : {}),
  };
}

function againUnavailable(count: number, learned: boolean): { unavailable?: StoredUnavailable } {
  if (count === 0) return { unavailable: nothingOwned };
  return learned ? {} : { unavailable: againBelowBaseline };
}
