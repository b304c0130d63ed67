import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { FittedElasticities } from '../ml/elasticity-estimator.ts';
import { identificationNeeds } from '../ml/identification.ts';

/**
 * What a product's elasticity rests on. The weights of the first three reasons are parts of the value and add up to it;
 * the others say what was seen and carry no weight.
 */
export function explainElasticity(
  fitted: FittedElasticities,
  product: number,
  category: string,
  currency: string,
): StoredReason[] {
  const weights = {
    own: fitted.ownWeight[product]!,
    category: fitted.categoryWeight[product]!,
    overall: 1 - fitted.ownWeight[product]! - fitted.categoryWeight[product]!,
  };
  const values = { own: fitted.own[product]!, category: fitted.category[product]!, overall: fitted.overall };
  const share = (part: number): string => `${Math.round(100 * part)} %`;
  const of = (part: keyof typeof values): string => values[part].toFixed(2).replace('-', '−');
  const russian = (part: keyof typeof values): string => of(part).replace('.', ',');
  const named =
    category === ''
      ? { en: 'the products without a category', ru: 'товары без категории' }
      : { en: `“${category}”`, ru: `категория «${category}»` };
  const parts: StoredReason[] = [
    {
      code: 'OWN_SALES',
      en: `Its own sales alone say ${of('own')}; they weigh ${share(weights.own)}.`,
      ru: `Собственные продажи дают ${russian('own')}, их вес — ${share(weights.own)}.`,
      weight: weights.own * values.own,
    },
    {
      code: 'CATEGORY',
      en: `Its category, ${named.en}, shows ${of('category')} on average; it weighs ${share(weights.category)}.`,
      ru: `Среднее по категории (${named.ru}) — ${russian('category')}, вес — ${share(weights.category)}.`,
      weight: weights.category * values.category,
    },
    {
      code: 'ALL_PRODUCTS',
      en: `All products show ${of('overall')} on average; they weigh ${share(weights.overall)}.`,
      ru: `Среднее по всем товарам — ${russian('overall')}, вес — ${share(weights.overall)}.`,
      weight: weights.overall * values.overall,
    },
  ];
  const weeks = fitted.weeks[product]!;
  const money = (amount: number): string =>
    (amount / 10 ** currencyDecimals(currency)).toFixed(currencyDecimals(currency));
  const [lowest, highest] = [money(fitted.lowestPrice[product]!), money(fitted.highestPrice[product]!)];
  return [
    ...parts.filter((part) => Math.abs(part.weight!) > 1e-9),
    {
      code: 'OBSERVATIONS',
      en: `Seen in ${weeks} weeks with sales.`,
      ru: `Основано на ${weeks} ${russianPlural(weeks, 'неделе', 'неделях', 'неделях')} с продажами.`,
      weight: null,
    },
    {
      code: 'PRICE_RANGE',
      en: `Prices from ${lowest} to ${highest} ${currency} were seen; outside them the figure does not hold.`,
      ru: `Цены были от ${lowest} до ${highest} ${currency}; за этими пределами оценка не действует.`,
      weight: null,
    },
  ];
}

/** Why a product has no elasticity, and what would give it one. */
export function explainGap(gap: FittedElasticities['gap'][number], have: number): StoredUnavailable {
  switch (gap) {
    case 'WEEKS':
      return {
        code: 'NOT_ENOUGH_DATA',
        en: `It was sold in ${have} weeks; ${identificationNeeds.weeks} are needed.`,
        ru: `Товар продавался ${have} ${russianPlural(have, 'неделю', 'недели', 'недель')}, нужно ${identificationNeeds.weeks}.`,
      };
    case 'UNITS':
      return {
        code: 'NOT_ENOUGH_DATA',
        en: `${have} units were sold; ${identificationNeeds.units} are needed.`,
        ru: `Продано ${have} ${russianPlural(have, 'штука', 'штуки', 'штук')}, нужно ${identificationNeeds.units}.`,
      };
    case 'PRICE_VARIATION':
      return {
        code: 'NOT_IDENTIFIED',
        en: `Its price hardly moved (it varied by ${(100 * have).toFixed(1)} %; ${100 * identificationNeeds.priceVariation} % are needed): try another price for some weeks.`,
        ru: `Цена почти не менялась (разброс ${(100 * have).toFixed(1).replace('.', ',')} %, нужно ${100 * identificationNeeds.priceVariation} %): попробуйте другую цену на несколько недель.`,
      };
    case 'CHANGED_WEEKS':
      return {
        code: 'NOT_IDENTIFIED',
        en: `It had another price than usual in ${have} weeks only; ${identificationNeeds.changedWeeks} are needed.`,
        ru: `Цена отличалась от обычной только ${have} ${russianPlural(have, 'неделю', 'недели', 'недель')}, нужно ${identificationNeeds.changedWeeks}.`,
      };
    default:
      return {
        code: 'NOT_IDENTIFIED',
        en: 'Its price only moved together with the season, so the two cannot be told apart: try another price out of season.',
        ru: 'Цена менялась только вместе с сезоном, их влияние не разделить: попробуйте изменить цену вне сезона.',
      };
  }
}
