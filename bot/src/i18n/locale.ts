/** Languages the bot speaks, as the graph names them. */
export const locales = ['EN', 'RU'] as const;

/** A language of the bot. */
export type BotLocale = (typeof locales)[number];

/** BCP 47 tag for `Intl`; British English, because it writes day before month as Russian does. */
export const languageTags: Record<BotLocale, string> = { EN: 'en-GB', RU: 'ru-RU' };

/** The language of a Telegram user's app: Russian for those who use Russian, English for all others. */
export function toLocale(languageCode: string | undefined): BotLocale {
  return /^ru\b/i.test(languageCode ?? '') ? 'RU' : 'EN';
}
