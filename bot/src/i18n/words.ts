import { en, type Words } from './en.ts';
import type { BotLocale } from './locale.ts';
import { ru } from './ru.ts';

export type { Words } from './en.ts';

const catalogues: Record<BotLocale, Words> = { EN: en, RU: ru };

/** Every text of the bot in a language. */
export function wordsFor(locale: BotLocale): Words {
  return catalogues[locale];
}
