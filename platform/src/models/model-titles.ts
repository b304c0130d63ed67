import type { LocalText } from '../text.ts';

/**
 * Every model of the platform with its title, for whoever lists models without knowing the subgraphs. A test holds this list
 * equal to what the subgraphs declare.
 */
export const modelTitles: Readonly<Record<string, LocalText>> = {
  'users.segmentation': { en: 'Customer segments', ru: 'Сегменты покупателей' },
  'users.churn': { en: 'Churn', ru: 'Отток' },
  'users.lifetime-value': { en: 'Lifetime value', ru: 'Пожизненная ценность' },
  'users.unusual-customers': { en: 'Unusual customers', ru: 'Необычные покупатели' },
  'products.elasticity': { en: 'Price elasticity', ru: 'Эластичность спроса по цене' },
  'recommendations.hybrid': { en: 'Recommendations', ru: 'Рекомендации' },
  'analytics.anomalies': { en: 'Anomalies', ru: 'Аномалии' },
  'analytics.forecast': { en: 'Forecast of daily figures', ru: 'Прогноз показателей по дням' },
};
