import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { ChurnBand, ProfileField } from '../generated/resolvers.ts';
import type { TimelineRow } from './timeline.ts';

const fieldNames: Record<ProfileField, LocalText> = {
  NAME: { en: 'name', ru: 'имя' },
  EMAIL: { en: 'e-mail', ru: 'эл. почта' },
  PHONE: { en: 'phone', ru: 'телефон' },
  COUNTRY: { en: 'country', ru: 'страна' },
  CITY: { en: 'city', ru: 'город' },
};
const bandNames: Record<ChurnBand, LocalText> = {
  LOW: { en: 'low', ru: 'низкий' },
  MEDIUM: { en: 'medium', ru: 'средний' },
  HIGH: { en: 'high', ru: 'высокий' },
};
const bandOrder: readonly ChurnBand[] = ['LOW', 'MEDIUM', 'HIGH'];
/** Of these messages senders give the same names in every shop. */
const messageNames: Readonly<Record<string, LocalText>> = {
  'Email Sent': { en: 'An e-mail was sent', ru: 'Отправлено письмо' },
  'Email Delivered': { en: 'An e-mail arrived', ru: 'Письмо доставлено' },
  'Email Opened': { en: 'An e-mail was opened', ru: 'Письмо открыто' },
  'Email Link Clicked': { en: 'A link in an e-mail was followed', ru: 'Переход по ссылке из письма' },
  'Email Bounced': { en: 'An e-mail came back', ru: 'Письмо не доставлено' },
  'Email Marked as Spam': { en: 'An e-mail was marked as spam', ru: 'Письмо отмечено как спам' },
  'Push Notification Received': { en: 'A push notification arrived', ru: 'Push-уведомление доставлено' },
  'Push Notification Tapped': { en: 'A push notification was tapped', ru: 'Открыто push-уведомление' },
  Unsubscribed: { en: 'They unsubscribed from messages', ru: 'Отказ от рассылки' },
  Subscribed: { en: 'They subscribed to messages', ru: 'Подписка на рассылку' },
};

type Forms = readonly [one: string, many: string, ruOne: string, ruFew: string, ruMany: string];

const counted = (count: number, [one, many, ruOne, ruFew, ruMany]: Forms): LocalText => ({
  en: `${count.toLocaleString('en')} ${count === 1 ? one : many}`,
  ru: `${count.toLocaleString('ru')} ${russianPlural(count, ruOne, ruFew, ruMany)}`,
});

const visits: readonly ['views' | 'adds' | 'searches', Forms][] = [
  ['views', ['product looked at', 'products looked at', 'просмотр товара', 'просмотра товаров', 'просмотров товаров']],
  [
    'adds',
    ['put in the cart', 'put in the cart', 'добавление в корзину', 'добавления в корзину', 'добавлений в корзину'],
  ],
  ['searches', ['search', 'searches', 'поиск', 'поиска', 'поисков']],
];
const otherActions: Forms = ['other action', 'other actions', 'другое действие', 'других действия', 'других действий'];
const actions: Forms = ['action', 'actions', 'действие', 'действия', 'действий'];

const joined = (texts: readonly LocalText[]): LocalText => ({
  en: texts.map(({ en }) => en).join(', '),
  ru: texts.map(({ ru }) => ru).join(', '),
});

function money(minor: number, currency: string): LocalText {
  const decimals = currencyDecimals(currency);
  const amount = (language: 'en' | 'ru'): string =>
    (minor / 10 ** decimals).toLocaleString(language, { style: 'currency', currency });
  return { en: amount('en'), ru: amount('ru') };
}

const percent = (share: number): LocalText => ({
  en: `${Math.round(100 * share)}%`,
  ru: `${Math.round(100 * share)} %`,
});

/** What happened, in a sentence of each language. */
export function toTimelineText(row: TimelineRow, currency: string): LocalText {
  switch (row.kind) {
    case 'ORDER': {
      const sum = money(row.revenueMinor, currency);
      const pieces = counted(row.units, ['item', 'items', 'товар', 'товара', 'товаров']);
      return {
        en: `Order ${row.orderId} for ${sum.en}: ${pieces.en}${row.coupon ? ', with a coupon' : ''}.`,
        ru: `Заказ ${row.orderId} на ${sum.ru}: ${pieces.ru}${row.coupon ? ', с купоном' : ''}.`,
      };
    }
    case 'REFUND': {
      const sum = money(row.revenueMinor, currency);
      return {
        en: `${sum.en} of order ${row.orderId} was given back.`,
        ru: `Возврат ${sum.ru} по заказу ${row.orderId}.`,
      };
    }
    case 'VISIT': {
      const named = visits.flatMap(([name, forms]) => (row[name] > 0 ? [counted(row[name], forms)] : []));
      // Where nothing else was done the rest is not "other".
      const unnamed = counted(row.other, named.length > 0 ? otherActions : actions);
      const done = joined(row.other > 0 ? [...named, unnamed] : named);
      return { en: `In the shop that day: ${done.en}.`, ru: `В магазине за день: ${done.ru}.` };
    }
    case 'MESSAGE': {
      const name = messageNames[row.event] ?? { en: row.event, ru: row.event };
      return row.about === null
        ? { en: `${name.en}.`, ru: `${name.ru}.` }
        : { en: `${name.en}: “${row.about}”.`, ru: `${name.ru}: «${row.about}».` };
    }
    case 'PROFILE': {
      const fields = joined(row.fields.map((field) => fieldNames[field]));
      return { en: `New in the profile: ${fields.en}.`, ru: `Новое в профиле: ${fields.ru}.` };
    }
    case 'MERGE': {
      const [from, into] = [row.fromKey.slice(2), row.intoKey.slice(2)];
      return row.undone
        ? { en: `The merge of ${from} into ${into} was taken back.`, ru: `Объединение ${from} с ${into} отменено.` }
        : { en: `${from} was merged into ${into}.`, ru: `${from} объединён с ${into}.` };
    }
    case 'SEGMENT':
      return row.from === null
        ? { en: `Came into the segment “${row.to.en}”.`, ru: `Попадание в сегмент «${row.to.ru}».` }
        : {
            en: `Went from the segment “${row.from.en}” to “${row.to.en}”.`,
            ru: `Переход из сегмента «${row.from.ru}» в «${row.to.ru}».`,
          };
    case 'CHURN_BAND': {
      const [to, sure] = [bandNames[row.to], percent(row.probability)];
      if (row.from === null) {
        return {
          en: `Risk of leaving estimated for the first time: ${to.en}, ${sure.en}.`,
          ru: `Первая оценка риска ухода: ${to.ru}, ${sure.ru}.`,
        };
      }
      const rose = bandOrder.indexOf(row.to) > bandOrder.indexOf(row.from);
      return {
        en: `Risk of leaving ${rose ? 'rose' : 'fell'} from ${bandNames[row.from].en} to ${to.en}: ${sure.en}.`,
        ru: `Риск ухода ${rose ? 'вырос' : 'снизился'}: был ${bandNames[row.from].ru}, стал ${to.ru}, ${sure.ru}.`,
      };
    }
  }
}
