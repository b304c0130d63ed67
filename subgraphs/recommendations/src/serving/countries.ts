import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { LocalText } from '@cda/platform/text.ts';

const namesIn = (locale: string) => new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' });
const english = namesIn('en');
const russian = namesIn('ru');

/** The name of a country; what is no ISO 3166 code stands as it is. */
export function countryName(country: string): LocalText {
  if (!/^[A-Z]{2}$/.test(country)) return { en: country, ru: country };
  return { en: english.of(country) ?? country, ru: russian.of(country) ?? country };
}

/** The country that an argument names; null where it names none. */
export function toCountry(argument: string | null | undefined): string | null {
  if (argument === null || argument === undefined) return null;
  if (!/^[A-Za-z]{2}$/.test(argument)) throw invalidArgument('country', 'country takes an ISO 3166 code such as DE.');
  return argument.toUpperCase();
}
