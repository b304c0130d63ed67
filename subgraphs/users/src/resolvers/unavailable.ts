import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { CustomerRow } from '../entities/customer.ts';

/** Nothing stands behind the field yet. */
export const noModelServed: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'No version of this model is served: it has not been fitted yet, or does not beat its baseline.',
  ru: 'Модель не используется: она ещё не обучена или не превзошла базовую.',
};
/** Nobody described a segment. */
export const noRules: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'No segment by rule has been saved yet: describe one.',
  ru: 'Сегментов по правилам пока нет: опишите первый.',
};
const anonymous: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'Only an anonymous id is known of this visitor: models need an account, by which visits and orders belong together.',
  ru: 'Известен только анонимный идентификатор: моделям нужна учётная запись, которая связывает посещения и заказы.',
};
const noOrder: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'There is no paid order yet: the first one makes this number possible.',
  ru: 'Оплаченных заказов ещё нет: число появится после первого.',
};
const unseen: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'The customer is newer than the served version: the next fit takes them in.',
  ru: 'Покупатель появился после обучения модели: он войдёт в неё при следующем обучении.',
};

/** Why a customer has no score. */
export function whyNoScore(customer: CustomerRow, served: boolean): StoredUnavailable {
  if (customer.anonymous) return anonymous;
  if (customer.orderCount === 0) return noOrder;
  return served ? unseen : noModelServed;
}
