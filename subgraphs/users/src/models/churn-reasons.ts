import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { StoredChurnRule } from '../features/churn-artefact.ts';
import {
  type ChurnCase,
  type ChurnTheme,
  churnThemes,
  type KeptChurnFeature,
  keptChurnFeatures,
  scoredColumns,
  toScoredColumns,
} from '../features/churn-columns.ts';
import { explainChurn } from '../ml/churn-scorer.ts';
import type { ReadableRule } from '../ml/readable-tree.ts';
import { daysText, moneyText, ordersText, passedDaysText, percentText } from './wording.ts';

type Fact = (name: KeptChurnFeature) => number;

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
    return {
      en: `An order comes to ${mean.en} on average before refunds.`,
      ru: `Средний заказ до возвратов — ${mean.ru}.`,
    };
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
export function explainChurnScore({ features, scorer, horizonDays }: ChurnCase, currency: string): StoredReason[] {
  const fact: Fact = (name) => features[keptChurnFeatures.indexOf(name)]!;
  const explained = explainChurn(scorer, toScoredColumns(features));
  const byTheme = new Map<ChurnTheme, number>();
  for (const [j, { theme }] of scoredColumns.entries()) {
    byTheme.set(theme, (byTheme.get(theme) ?? 0) + explained.contributions[j]!);
  }
  const reasons: StoredReason[] = [];
  let base = explained.base;
  for (const theme of churnThemes) {
    const weight = byTheme.get(theme) ?? 0;
    if (Math.abs(weight) < negligible) base += weight;
    else reasons.push({ code: theme, ...themes[theme](fact, weight, currency), weight });
  }
  reasons.sort((a, b) => Math.abs(b.weight!) - Math.abs(a.weight!));
  const days = daysText(horizonDays);
  const busy = explained.season < 0;
  reasons.push({
    code: 'SEASON',
    en: `The next ${days.en} are ${busy ? 'busier' : 'quieter'} than the average of the year.`,
    ru: `Следующие ${days.ru} — сезон ${busy ? 'активнее' : 'спокойнее'} среднего за год.`,
    weight: explained.season,
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

/** What a rule says of one feature. `amount` is a bound in words with its unit, such as `at least 30 days`. */
interface ReadableText {
  unit: 'days' | 'orders' | 'share';
  says: (amount: LocalText) => LocalText;
  /** In place of "fewer than 1". */
  none?: LocalText;
}

const readableTexts: Readonly<Record<string, ReadableText>> = {
  recencyDays: {
    unit: 'days',
    says: ({ en, ru }) => ({ en: `the latest order was ${en} ago`, ru: `последний заказ был ${ru} назад` }),
  },
  orders: {
    unit: 'orders',
    says: ({ en, ru }) => ({ en: `there have been ${en}`, ru: `всего сделано ${ru}` }),
  },
  tenureDays: {
    unit: 'days',
    says: ({ en, ru }) => ({ en: `the first order was ${en} ago`, ru: `первый заказ был ${ru} назад` }),
  },
  orderDays90: {
    unit: 'days',
    says: ({ en, ru }) => ({
      en: `there were orders on ${en} of the last 90`,
      ru: `за последние 90 дней было ${ru} с заказами`,
    }),
    none: { en: 'there was no order in the last 90 days', ru: 'за последние 90 дней заказов не было' },
  },
  longestGapDays: {
    unit: 'days',
    says: ({ en, ru }) => ({
      en: `the longest pause between orders was ${en}`,
      ru: `самая длинная пауза между заказами — ${ru}`,
    }),
  },
  visitDays30: {
    unit: 'days',
    says: ({ en, ru }) => ({
      en: `there were visits on ${en} of the last 30`,
      ru: `за последние 30 дней было ${ru} с посещениями`,
    }),
    none: { en: 'there was no visit in the last 30 days', ru: 'за последние 30 дней посещений не было' },
  },
  couponShare: {
    unit: 'share',
    says: ({ en, ru }) => ({ en: `${en} of the orders had a coupon`, ru: `с купоном сделано ${ru} заказов` }),
    none: { en: 'no order had a coupon', ru: 'заказов с купоном не было' },
  },
};

/** A number with its unit as it stands after a comparison: in Russian in the genitive. */
function boundText(value: number, unit: ReadableText['unit']): LocalText {
  if (unit === 'share') return percentText(value);
  const whole = Math.ceil(value);
  const [one, more, genitive, genitives] =
    unit === 'days' ? ['day', 'days', 'дня', 'дней'] : ['order', 'orders', 'заказа', 'заказов'];
  return {
    en: `${whole} ${whole === 1 ? one : more}`,
    ru: `${whole} ${russianPlural(whole, genitive!, genitives!, genitives!)}`,
  };
}

function conditionText({ column, atLeast, below }: ReadableRule['conditions'][number], columns: readonly string[]) {
  const feature = columns[column]!;
  const { unit, says, none } = readableTexts[feature]!;
  if (none !== undefined && below !== undefined && (unit === 'share' ? below < 0.005 : below <= 1)) return none;
  const less = unit === 'orders' ? 'fewer' : 'less';
  const [from, to] = [atLeast, below].map((value) => (value === undefined ? undefined : boundText(value, unit)));
  if (from === undefined) return says({ en: `${less} than ${to!.en}`, ru: `меньше ${to!.ru}` });
  if (to === undefined) return says({ en: `at least ${from.en}`, ru: `не меньше ${from.ru}` });
  // The unit stands once, after the second number.
  const number = boundText(atLeast!, unit);
  const bare = unit === 'share' ? number : { en: number.en.split(' ')[0]!, ru: number.ru.split(' ')[0]! };
  return says({ en: `at least ${bare.en} but ${less} than ${to.en}`, ru: `не меньше ${bare.ru}, но меньше ${to.ru}` });
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

/** A rule of the readable tree as a sentence. */
export function describeChurnRule(
  { conditions, rows, share }: ReadableRule,
  columns: readonly string[],
): StoredChurnRule {
  const parts = conditions.map((condition) => conditionText(condition, columns));
  return {
    en: sentence(parts.map(({ en }) => en).join(', and ')),
    ru: sentence(parts.map(({ ru }) => ru).join(', и ')),
    customers: rows,
    left: share,
  };
}
