import type { Context } from 'grammy';
import type { BotLocale } from './i18n/locale.ts';
import type { Words } from './i18n/words.ts';
import type { Services } from './services.ts';

/** One message or press, with what is known of the chat: to be answered once. */
export interface Turn {
  ctx: Context;
  chatId: number;
  /** Whether others read along. */
  group: boolean;
  locale: BotLocale;
  words: Words;
  services: Services;
}
