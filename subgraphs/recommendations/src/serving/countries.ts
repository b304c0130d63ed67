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

/** Codes that are named and are no countries: unions of countries, and what stands for none. */
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);
const nameOf = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Whether two capital letters are the ISO 3166 code of a country, and not of one that is no more. */
const isCode = (code: string): boolean =>
  !noCountries.has(code) && nameOf.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code;

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const codes = new Map(
  letters
    .flatMap((one) => letters.map((other) => one + other))
    .filter(isCode)
    .flatMap((code) => [code, english.of(code)!, russian.of(code)!].map((name) => [name.toUpperCase(), code] as const)),
);

/** The ISO 3166 code of a country as an account tells it: by its code, or its English or Russian name; null for anything else. */
export const countryCode = (country: string): string | null => codes.get(country.trim().toUpperCase()) ?? null;

/** The country that an argument names; null where it names none. */
export function toCountry(argument: string | null | undefined): string | null {
  if (argument === null || argument === undefined) return null;
  if (!/^[A-Za-z]{2}$/.test(argument)) throw invalidArgument('country', 'country takes an ISO 3166 code such as DE.');
  return argument.toUpperCase();
}
