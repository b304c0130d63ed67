import type { IncomingHttpHeaders } from 'node:http';
import type { Locale } from '@cda/platform/text.ts';

/** Language of a request: `x-cda-locale` where it is set, else the first of ours in Accept-Language by weight, else English. */
export function localeOf(headers: IncomingHttpHeaders): Locale {
  const asked = headers['x-cda-locale'];
  const known = (tag: string): Locale | undefined => {
    const language = tag.trim().toLowerCase().split('-')[0];
    return language === 'ru' ? 'RU' : language === 'en' ? 'EN' : undefined;
  };
  if (typeof asked === 'string') return known(asked) ?? 'EN';
  const accepted = (headers['accept-language'] ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const weight = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find((text) => text !== undefined);
      return { locale: known(tag), weight: weight === undefined ? 1 : Number(weight) || 0 };
    });
  const best = accepted.filter((entry) => entry.locale && entry.weight > 0).sort((a, b) => b.weight - a.weight)[0];
  return best?.locale ?? 'EN';
}
