import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { LifetimeValueRow } from '../entities/lifetime-value.ts';
import { lifetimeValueFeatures } from '../features/lifetime-value-input.ts';
import { moneyText, passedDaysText, percentText } from './wording.ts';

/** What a value rests on; it is a product, so the parts carry no weights. Nothing for a score of a version that kept no features. */
export function explainLifetimeValue(row: LifetimeValueRow, currency: string): StoredReason[] {
  if (row.features.length !== lifetimeValueFeatures.length) return [];
  const feature = (name: (typeof lifetimeValueFeatures)[number]): number =>
    row.features[lifetimeValueFeatures.indexOf(name)]!;
  const recent = passedDaysText(feature('sinceLatestDays'));
  const alive = percentText(row.probabilityAlive);
  const days = Math.round(feature('frequency') + 1);
  const orders = row.expectedOrders;
  const reasons: StoredReason[] = [
    {
      code: 'STILL_ACTIVE',
      en: `The model takes them for still active with a probability of ${alive.en}: the latest of ${days} purchases was ${recent.en} ago.`,
      ru: `Модель считает покупателя активным с вероятностью ${alive.ru}: последняя покупка (всего ${days}) — ${recent.ru} назад.`,
      weight: null,
    },
    {
      code: 'EXPECTED_ORDERS',
      en: `${orders.toFixed(1)} orders are expected in the next 12 months.`,
      ru: `За следующие 12 месяцев ожидается заказов: ${orders.toFixed(1).replace('.', ',')}.`,
      weight: null,
    },
  ];
  if (feature('orderValueMinor') > 0) {
    const value = moneyText(feature('orderValueMinor'), currency);
    reasons.push({
      code: 'ORDER_VALUE',
      en: `An order of this customer is expected to come to ${value.en}.`,
      ru: `Ожидаемая сумма заказа этого покупателя — ${value.ru}.`,
      weight: null,
    });
  }
  if (row.highIfBack && (row.highMinor ?? 0) > 0) {
    const most = moneyText(row.highMinor!, currency);
    reasons.push({
      code: 'IF_BACK',
      en: `Another order is unlikely; the upper bound, ${most.en}, holds if there is one after all.`,
      ru: `Новый заказ маловероятен; верхняя граница, ${most.ru}, — на случай, если он всё же будет.`,
      weight: null,
    });
  }
  return reasons;
}
