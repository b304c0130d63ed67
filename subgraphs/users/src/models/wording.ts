import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { russianPlural } from '@cda/platform/text.ts';

/** `5 days`, `1 day`; `5 дней`, `1 день`. */
export function daysText(days: number): LocalText {
  const whole = Math.round(days);
  return {
    en: `${whole} ${whole === 1 ? 'day' : 'days'}`,
    ru: `${whole} ${russianPlural(whole, 'день', 'дня', 'дней')}`,
  };
}

/** `3 orders`; `3 заказа`. */
export function ordersText(orders: number): LocalText {
  const whole = Math.round(orders);
  return {
    en: `${whole} ${whole === 1 ? 'order' : 'orders'}`,
    ru: `${whole} ${russianPlural(whole, 'заказ', 'заказа', 'заказов')}`,
  };
}

/** An amount with the decimals of its currency; from 1,000 on without them. */
export function moneyText(minor: number, currency: string): LocalText {
  const decimals = currencyDecimals(currency);
  const amount = minor / 10 ** decimals;
  const digits = Math.abs(amount) >= 1000 ? 0 : decimals;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return {
    en: `${amount.toLocaleString('en', options)} ${currency}`,
    ru: `${amount.toLocaleString('ru', options)} ${currency}`,
  };
}

/** `12 %`; both languages. */
export const percentText = (share: number): string => `${Math.round(100 * share)} %`;
