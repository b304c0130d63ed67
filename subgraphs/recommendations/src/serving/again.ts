import type { StoredUnavailable } from '@cda/platform/graph/values.ts';

/** Why there is no list of what to buy again, where no model is served. */
export const againWithoutModel: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'No recommendation model is served: it has not been fitted yet, or does not beat its baseline. What to buy again is listed as soon as one is.',
  ru: 'Модель рекомендаций не используется: она ещё не обучена или не превзошла базовую. Что купить снова, будет показано, как только модель появится.',
};
const nothingOrdered: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'This customer has not ordered anything yet, so there is nothing to buy again.',
  ru: 'Покупатель ещё ничего не заказывал, поэтому повторить нечего.',
};
const allNewer: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'All that this customer ordered is newer than the model: it is listed after the next fit.',
  ru: 'Всё, что покупатель заказывал, новее модели: список появится после следующего обучения.',
};
const noneMeant: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'Nothing that this customer ordered is among the products that are asked for.',
  ru: 'Среди запрошенных товаров нет ничего, что покупатель заказывал.',
};
const noneOffered: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'Nothing that this customer ordered can be offered now: it was returned or dismissed, is sold out or not sold where they live, or a rule of the shop keeps it out.',
  ru: 'Из того, что покупатель заказывал, сейчас нечего предложить: товар возвращён или отклонён, распродан, не продаётся в стране покупателя или исключён правилом магазина.',
};
const belowBaseline: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'The learned order does not beat the plain one on this shop, so the list goes by how often and how lately each product was ordered.',
  ru: 'Обученный порядок на этом магазине не лучше простого, поэтому список составлен по частоте и давности заказов.',
};

/** What a list of what to buy again was made of. */
export interface AgainRequest {
  /** Whether nothing is in it. */
  isEmpty: boolean;
  /** Whether its order is a learned one. */
  learned: boolean;
  /** Products that the customer ever ordered. */
  ordered: ReadonlySet<string>;
  /** Whether the model knows a product. */
  isKnown: (productId: string) => boolean;
  /** Whether a product is among those that the list is narrowed to. */
  isMeant: (productId: string) => boolean;
}

/** Why a list of what to buy again is empty, or not in a learned order; nothing where it is as it should be. */
export function againUnavailable({ isEmpty, learned, ordered, isKnown, isMeant }: AgainRequest): {
  unavailable?: StoredUnavailable;
} {
  if (!isEmpty) return learned ? {} : { unavailable: belowBaseline };
  if (ordered.size === 0) return { unavailable: nothingOrdered };
  const meant = [...ordered].filter(isMeant);
  if (meant.length === 0) return { unavailable: noneMeant };
  return { unavailable: meant.some(isKnown) ? noneOffered : allNewer };
}
