import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { russianPlural } from '@cda/platform/text.ts';

/** Whole days: `5 days`, `1 day`; `5 дней`, `1 день`. */
export function daysText(days: number): LocalText {
  const whole = Math.floor(days);
  return {
    en: `${whole} ${whole === 1 ? 'day' : 'days'}`,
    ru: `${whole} ${russianPlural(whole, 'день', 'дня', 'дней')}`,
  };
}

/** English: `1 buyer`, `2 buyers`. */
export const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** How long something is over, in whole days that have passed, as everywhere else: `60 days` after 60 and a half. */
export const passedDaysText = (days: number): LocalText => daysText(Math.floor(days));

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
  const options = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const;
  return { en: amount.toLocaleString('en', options), ru: amount.toLocaleString('ru', options) };
}

/** `12%`; `12 %`. */
export function percentText(share: number): LocalText {
  const whole = Math.round(100 * share);
  return { en: `${whole}%`, ru: `${whole} %` };
}
