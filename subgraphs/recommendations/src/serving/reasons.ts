import type { StoredReason } from '@cda/platform/graph/values.ts';
import { type LocalText, russianPlural } from '@cda/platform/text.ts';
import type { Occasion } from '../ml/blend.ts';
import type { CustomerScores } from '../ml/candidates.ts';
import { explain, type Term } from '../ml/explain.ts';
import { expectedGapDays } from '../ml/re-buy.ts';
import { inMonth } from './months.ts';
import { dueFrom } from './plan.ts';
import type { Recommender } from './recommender.ts';
import { sellsBetterThanMost } from './sells-better.ts';

/** Parts of a score that are told one by one; the others are told together. */
const told = 3;

/** Why a product stands in a customer's list: the strongest parts in words, then the rest, adding up to the score. */
export function personalReasons(
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  occasion: Occasion,
): StoredReason[] {
  const { candidates, blend } = recommender.model;
  return reasonsOf(recommender, scores, product, explain(candidates, blend, scores, product, occasion));
}

/** Why a product that is newer than the model stands in a list. */
export const arrivalReasons = (
  recommender: Recommender,
  scores: CustomerScores,
  terms: readonly Term[],
): StoredReason[] => reasonsOf(recommender, scores, -1, terms);

/** Why a product stands in a list that goes by what the customer did alone. */
export const evidenceReasons = (
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  terms: readonly Term[],
): StoredReason[] => reasonsOf(recommender, scores, product, terms).filter(({ code }) => code !== 'BASE');

function reasonsOf(
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  terms: readonly Term[],
): StoredReason[] {
  const named = terms.filter(({ kind }) => kind !== 'base');
  const positive = named.filter(
    (term) => term.kind !== 'habit' && term.weight > 0 && isTrue(recommender, scores, product, term),
  );
  positive.sort((a, b) => b.weight - a.weight);
  const first = positive.slice(0, told);
  // What the customer did is always cited, however many small parts it comes in.
  const cited = first.some(({ kind }) => kind === 'evidence')
    ? undefined
    : positive.find(({ kind }) => kind === 'evidence');
  const strongest = [
    ...first,
    ...(cited ? [cited] : []),
    // Of a product that is offered again, how often it was ordered is always told.
    ...named.filter(({ kind }) => kind === 'habit'),
  ].sort((a, b) => b.weight - a.weight);
  const sumOf = (some: readonly Term[]): number => some.reduce((sum, { weight }) => sum + weight, 0);
  const others = named.length - strongest.length;
  return [
    ...strongest.map((term) => ({ ...inWords(recommender, scores, product, term), weight: term.weight })),
    ...(others > 0
      ? [
          {
            code: 'OTHER',
            en: 'What speaks for it and against it besides, taken together',
            ru: 'Всё остальное, что говорит за и против, вместе',
            weight: sumOf(named) - sumOf(strongest),
          },
        ]
      : []),
    {
      code: 'BASE',
      en: 'Where any product starts: of all that are offered, few are bought',
      ru: 'С чего начинает любой товар: из всего предложенного покупают немногое',
      weight: sumOf(terms) - sumOf(named),
    },
  ];
}

/**
 * Whether what a part of a score says in words holds. Weights are learned together and may be of either sign, so that a part can speak
 * for a product whose words would not be true of it; such a part is told among the others.
 */
function isTrue(recommender: Recommender, scores: CustomerScores, product: number, term: Term): boolean {
  switch (term.kind) {
    case 'demand':
      return sellsBetterThanMost(scores.trends, product);
    case 'category':
      return term.leaning > 0;
    case 'price':
      // Nearness to the usual price is at most 0: a part above 0 is of a shop whose customers buy away from it.
      return false;
    case 'due': {
      const { exact, gap, since } = intervalOf(recommender, scores, product);
      return scores.profile.day - exact.last >= dueFrom * exact.gap && since >= dueFrom * gap;
    }
    default:
      return true;
  }
}

/** How often a product that the customer owns is re-ordered and how long ago it last was: whole days as they are told, and exactly. */
function intervalOf({ model }: Recommender, { owned, profile }: CustomerScores, product: number) {
  const j = owned[product]!;
  const exact = { gap: expectedGapDays(profile, j, model.candidates.reBuy), last: profile.lastDay[j]! };
  return { exact, gap: Math.max(1, Math.round(exact.gap)), since: Math.max(0, Math.floor(profile.day - exact.last)) };
}

/** How often a product was ordered, where a list goes by that alone; `weight` is its whole score. */
export function habitReason(
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  weight: number,
): StoredReason {
  return { ...inWords(recommender, scores, product, { kind: 'habit', weight }), weight };
}

function inWords(
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  term: Term,
): Omit<StoredReason, 'weight'> {
  const { profile } = scores;
  if (term.kind === 'evidence' && term.product !== product) return ofEvidence(recommender, scores, term);
  switch (term.kind) {
    case 'demand':
      return {
        code: 'TRENDING',
        en: 'Sells better now than most products',
        ru: 'Сейчас продаётся лучше большинства товаров',
      };
    case 'category':
      return {
        code: 'CATEGORY',
        en: 'From a category that this customer prefers',
        ru: 'Из категории, которую покупатель предпочитает',
      };
    case 'group': {
      const group = recommender.model.candidates.groups.groups[scores.group]!;
      const buyers = group.buyers[product]!;
      const times = Math.exp(group.lean[product]!).toFixed(1);
      const { leaning } = group;
      return {
        code: 'SAME_SEGMENT',
        en: `${buyers} of ${group.customers} customers with a taste like theirs${leaning && ` (leaning to “${leaning}”)`} bought it: about ${times} times as often as customers at large`,
        ru: `Из ${group.customers} ${russianPlural(group.customers, 'покупателя', 'покупателей', 'покупателей')} с похожим вкусом${leaning && ` (тянет к «${leaning}»)`} ${russianPlural(buyers, 'купил', 'купили', 'купили')} ${buyers}: примерно в ${times.replace('.', ',')} раза чаще, чем все покупатели`,
      };
    }
    case 'due': {
      const { gap, since } = intervalOf(recommender, scores, product);
      return { code: 'DUE', ...dueWords(gap, since) };
    }
    default: {
      // What the customer did with this very product.
      const j = profile.products.indexOf(product);
      const times = j < 0 ? 0 : profile.orders[j]!;
      const when = inMonth(j < 0 ? profile.day : profile.lastDay[j]!, profile.day);
      return times > 0
        ? {
            code: 'BOUGHT_BEFORE',
            en: `Ordered ${times === 1 ? 'once' : `${times} times`}, last ${when.en}`,
            ru: `Заказ был ${times} ${russianPlural(times, 'раз', 'раза', 'раз')}, последний ${when.ru}`,
          }
        : { code: 'LOOKED_AT', en: `Looked at ${when.en}`, ru: `Просмотр был ${when.ru}` };
    }
  }
}

function ofEvidence(
  { names }: Recommender,
  { profile }: CustomerScores,
  { product, model }: Extract<Term, { kind: 'evidence' }>,
): Omit<StoredReason, 'weight'> {
  const j = profile.products.indexOf(product);
  const when = inMonth(profile.lastDay[j]!, profile.day);
  const bought = profile.orders[j]! > 0;
  const inCart = profile.cart[j]! > 0;
  const en = `“${names.en[product]}”, ${inCart ? 'in the cart' : `${bought ? 'ordered' : 'looked at'} ${when.en}`}`;
  const ru = `«${names.ru[product]}» (${inCart ? 'в корзине' : `${bought ? 'заказ' : 'просмотр'} ${when.ru}`})`;
  switch (model) {
    case 'taste':
    case 'factors':
      return { code: 'SAME_TASTE', en: `Liked by those who like ${en}`, ru: `Нравится тем же, кому нравится ${ru}` };
    case 'nextOrder':
      return { code: 'ORDERED_NEXT', en: `Often ordered after ${en}`, ru: `Часто заказывают после ${ru}` };
    case 'together':
      return { code: 'BOUGHT_TOGETHER', en: `Often bought together with ${en}`, ru: `Часто покупают вместе с ${ru}` };
    case 'content':
      return { code: 'SIMILAR', en: `Similar to ${en}`, ru: `Похоже на ${ru}` };
  }
}

/** How often a product is re-ordered, and how long ago it was; both in whole days, from 1. */
export function dueWords(gap: number, since: number): LocalText {
  const every =
    gap === 1 ? { en: 'every day', ru: 'каждый день' } : { en: `every ${gap} days`, ru: `каждые ${days(gap)}` };
  return {
    en: `Re-ordered about ${every.en}; the last order was ${since} ${since === 1 ? 'day' : 'days'} ago`,
    ru: `Заказывают примерно ${every.ru}; последний заказ был ${days(since)} назад`,
  };
}

const days = (count: number): string => `${count} ${russianPlural(count, 'день', 'дня', 'дней')}`;
