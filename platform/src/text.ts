/** Languages that texts for people are written in. */
export type Locale = 'EN' | 'RU';

/** A text in every language of the platform. */
export interface LocalText {
  en: string;
  ru: string;
}

/** The text in one language. */
export const inLocale = (text: LocalText, locale: Locale): string => (locale === 'RU' ? text.ru : text.en);

/** The form of a Russian noun that goes with a count: `plural(5, 'день', 'дня', 'дней')` is `дней`. */
export function russianPlural(count: number, one: string, few: string, many: string): string {
  const rest = Math.abs(Math.trunc(count)) % 100;
  if (rest >= 11 && rest <= 14) return many;
  const last = rest % 10;
  if (last === 1) return one;
  return last >= 2 && last <= 4 ? few : many;
}
