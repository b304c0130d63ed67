import type { LocalText } from '../text.ts';

/**
 * Measures that decide over a model, and the baselines they are held against, by the name that the registry keeps them under.
 * A test holds this list equal to what the fitted models name.
 */
const titles: Readonly<Record<string, LocalText>> = {
  auc: { en: 'ROC AUC', ru: 'ROC AUC' },
  ordersError: { en: 'Error of foreseen orders', ru: 'Ошибка прогноза заказов' },
  intervalMisses: { en: 'Missed by 90 % intervals', ru: 'Вне 90 %-х интервалов' },
  laterVarianceExplained: { en: 'Variance explained later', ru: 'Объяснённый позже разброс' },
  forecastError: { en: 'Forecast error', ru: 'Ошибка прогноза' },
  persistence: { en: 'Still unusual later', ru: 'Необычны и позже' },
  'Poisson deviance of units, unseen weeks': {
    en: 'Deviance of units, unseen weeks',
    ru: 'Девианс продаж, новые недели',
  },
  'RMSE of log units, unseen weeks': {
    en: 'Error of log units, unseen weeks',
    ru: 'Ошибка логарифма продаж, новые недели',
  },
  'NDCG@10 of new products': { en: 'NDCG@10 of new products', ru: 'NDCG@10 по новым товарам' },
  'planted days found at 2 % false alarms': {
    en: 'Planted days found at 2 % false alarms',
    ru: 'Найдено подложенных дней при 2 % ложных тревог',
  },
  'the last week repeated': { en: 'the last week repeated', ru: 'повтор прошлой недели' },
  'recency alone': { en: 'recency alone', ru: 'только давность' },
  'what a 90 % interval may miss': { en: 'what they may miss', ru: 'допустимая доля' },
  'order rate carried on': { en: 'order rate carried on', ru: 'прежняя частота заказов' },
  'as many groups by RFM score': { en: 'as many groups by RFM score', ru: 'столько же групп по баллам RFM' },
  'share of unusual customers': { en: 'share of unusual customers', ru: 'доля необычных покупателей' },
  'price ignored': { en: 'price ignored', ru: 'без учёта цены' },
  'item-kNN': { en: 'item-kNN', ru: 'товар–товар (kNN)' },
  popular: { en: 'best sellers', ru: 'лидеры продаж' },
  recent: { en: 'recent best sellers', ru: 'недавние лидеры продаж' },
  'distance from the mean of all days before': { en: 'distance from the mean', ru: 'расстояние от среднего' },
};

/** A measure's or a baseline's name as people read it: its title, else the registry's own name with its words apart. */
export function measureTitle(name: string): LocalText {
  const apart = name.replaceAll(
    /([a-z\d])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  return titles[name] ?? { en: apart, ru: apart };
}

/** A measure's value, beside its baseline's where it has one. */
export interface NamedValue {
  name: string;
  value: number;
  baselineName?: string | null;
  baseline?: number | null;
  higherIsBetter?: boolean | null;
}

/** Whether a measure or a baseline has a title of its own. */
export const hasMeasureTitle = (name: string): boolean => name in titles;
