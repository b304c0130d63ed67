import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { russianPlural } from '@cda/platform/text.ts';
import { type ChurnTheme, churnThemes } from '../features/churn-columns.ts';
import { type ChurnData, churnFacts } from '../features/churn-input.ts';
import type { FittedChurn } from '../ml/churn-estimator.ts';
import type { ReadableRule } from '../ml/readable-tree.ts';
import { daysText, moneyText, ordersText, passedDaysText, percentText } from './wording.ts';

type Fact = (name: (typeof churnFacts)[number]) => number;

/** What each theme says of a customer. `weight` > 0 speaks for leaving. */
const themes: Readonly<Record<ChurnTheme, (fact: Fact, weight: number, currency: string) => LocalText>> = {
  RECENCY: (fact) => {
    const days = passedDaysText(fact('recencyDays'));
    return { en: `The latest order was ${days.en} ago.`, ru: `Последний заказ был ${days.ru} назад.` };
  },
  FREQUENCY: (fact) => {
    const all = ordersText(fact('orders'));
    const lately = Math.round(fact('orderDays90'));
    return {
      en: `${all.en} so far; ${lately === 0 ? 'none' : `on ${lately} ${lately === 1 ? 'day' : 'days'}`} in the last 90 days.`,
      ru: `Всего ${all.ru}; за последние 90 дней ${lately === 0 ? 'ни одного' : `дней с покупками: ${lately}`}.`,
    };
  },
  RHYTHM: (fact) => {
    if (fact('orderDays') < 2) {
      return {
        en: 'There is no second order yet to tell a rhythm by.',
        ru: 'Второго заказа ещё не было, ритм покупок неизвестен.',
      };
    }
    const usual = fact('spanDays') / (fact('orderDays') - 1);
    const every = daysText(Math.max(1, Math.round(usual)));
    const times = fact('recencyDays') / Math.max(1, usual);
    return {
      en: `Orders come every ${every.en} on average; the present pause is ${times.toFixed(1)} times that.`,
      ru: `В среднем между заказами ${every.ru}; нынешняя пауза — ${times.toFixed(1).replace('.', ',')} такого промежутка.`,
    };
  },
  SPENDING: (fact, _weight, currency) => {
    const mean = moneyText(fact('revenueMinor') / fact('orders'), currency);
    return { en: `An order comes to ${mean.en} on average.`, ru: `Средний заказ — ${mean.ru}.` };
  },
  TENURE: (fact) => {
    const days = passedDaysText(fact('tenureDays'));
    return { en: `The first order was ${days.en} ago.`, ru: `С первого заказа прошло ${days.ru}.` };
  },
  BASKET: (fact) => {
    const count = Math.round(fact('products'));
    return {
      en: `${count} different ${count === 1 ? 'product' : 'products'} bought so far.`,
      ru: `Куплено ${count} ${russianPlural(count, 'разный товар', 'разных товара', 'разных товаров')}.`,
    };
  },
  PRODUCTS: (_fact, weight) =>
    weight > 0
      ? {
          en: 'Buyers of the same products come back less often than others.',
          ru: 'Покупатели тех же товаров возвращаются реже других.',
        }
      : {
          en: 'Buyers of the same products come back more often than others.',
          ru: 'Покупатели тех же товаров возвращаются чаще других.',
        },
  RETURNS: (fact) => {
    const count = Math.round(fact('refunds'));
    return count === 0
      ? { en: 'Nothing was returned.', ru: 'Возвратов не было.' }
      : {
          en: `${count} ${count === 1 ? 'refund' : 'refunds'} so far.`,
          ru: `${count} ${russianPlural(count, 'возврат', 'возврата', 'возвратов')}.`,
        };
  },
  DISCOUNTS: (fact) => {
    const share = percentText(fact('couponShare'));
    return { en: `${share.en} of the orders had a coupon.`, ru: `С купоном сделано ${share.ru} заказов.` };
  },
  BROWSING: (fact) => {
    if (fact('everVisited') === 0)
      return { en: 'No visit to the shop is known.', ru: 'О посещениях магазина данных нет.' };
    const days = Math.round(fact('visitDays30'));
    return days === 0
      ? { en: 'No visit in the last 30 days.', ru: 'За последние 30 дней не заходил в магазин.' }
      : {
          en: `Visits on ${days} ${days === 1 ? 'day' : 'days'} of the last 30.`,
          ru: `Дней с посещениями магазина за последние 30: ${days}.`,
        };
  },
};

/** Contributions smaller than this are folded into the base rate: nobody is helped by reading them. */
const negligible = 0.005;

/**
 * Why a customer's probability is what it is, the strongest first; the season and the base rate stand last. Weights are log-odds and
 * add up to the score.
 */
export function explainChurnScore(
  fitted: FittedChurn,
  data: ChurnData,
  customer: number,
  currency: string,
): StoredReason[] {
  const fact: Fact = (name) => data.facts[customer * churnFacts.length + churnFacts.indexOf(name)]!;
  const reasons: StoredReason[] = [];
  let base = fitted.base;
  for (const [j, theme] of churnThemes.entries()) {
    const weight = fitted.contributions[customer * churnThemes.length + j]!;
    if (Math.abs(weight) < negligible) base += weight;
    else reasons.push({ code: theme, ...themes[theme](fact, weight, currency), weight });
  }
  reasons.sort((a, b) => Math.abs(b.weight!) - Math.abs(a.weight!));
  const days = daysText(data.horizonDays);
  const busy = fitted.season < 0;
  reasons.push({
    code: 'SEASON',
    en: `The next ${days.en} are ${busy ? 'busier' : 'quieter'} than the average of the year.`,
    ru: `Следующие ${days.ru} — сезон ${busy ? 'активнее' : 'спокойнее'} среднего за год.`,
    weight: fitted.season,
  });
  const average = percentText(1 / (1 + Math.exp(-base)));
  reasons.push({
    code: 'BASE_RATE',
    en: `Of average customers, ${average.en} do not order within ${days.en}.`,
    ru: `Из средних покупателей ${average.ru} не делают заказ за ${days.ru}.`,
    weight: base,
  });
  return reasons;
}

/** A rule of the readable tree as it is kept with the version. */
export interface StoredChurnRule extends LocalText {
  /** Customers of the sample that fall under the rule, and the part of those that left, 0 to 1. */
  customers: number;
  left: number;
}

const readableNames: Readonly<Record<string, LocalText>> = {
  recencyDays: { en: 'days since the latest order', ru: 'дней с последнего заказа' },
  orders: { en: 'orders', ru: 'заказов' },
  tenureDays: { en: 'days since the first order', ru: 'дней с первого заказа' },
  orderDays90: { en: 'days with an order in the last 90', ru: 'дней с заказом за последние 90' },
  longestGapDays: { en: 'longest pause between orders in days', ru: 'самая длинная пауза между заказами в днях' },
  visitDays30: { en: 'days with a visit in the last 30', ru: 'дней с посещением за последние 30' },
  couponShare: { en: 'share of orders with a coupon', ru: 'доля заказов с купоном' },
};

/** A rule of the readable tree in words. */
export function describeChurnRule(
  { conditions, rows, share }: ReadableRule,
  columns: readonly string[],
): StoredChurnRule {
  const parts = conditions.map(({ column, atLeast, below }): LocalText => {
    const feature = columns[column]!;
    const name = readableNames[feature] ?? { en: feature, ru: feature };
    // Counts are whole; a share is shown in per cent.
    const show = (value: number): LocalText =>
      feature === 'couponShare' ? percentText(value) : { en: `${Math.ceil(value)}`, ru: `${Math.ceil(value)}` };
    const en = [
      atLeast === undefined ? '' : `at least ${show(atLeast).en}`,
      below === undefined ? '' : `less than ${show(below).en}`,
    ];
    const ru = [
      atLeast === undefined ? '' : `не меньше ${show(atLeast).ru}`,
      below === undefined ? '' : `меньше ${show(below).ru}`,
    ];
    return { en: `${name.en}: ${en.filter(Boolean).join(', ')}`, ru: `${name.ru}: ${ru.filter(Boolean).join(', ')}` };
  });
  return {
    en: parts.map(({ en }) => en).join('; '),
    ru: parts.map(({ ru }) => ru).join('; '),
    customers: rows,
    left: share,
  };
}
