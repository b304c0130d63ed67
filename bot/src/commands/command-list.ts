import type { BotCommand } from 'grammy/types';
import type { BotLocale } from '../i18n/locale.ts';
import { type Words, wordsFor } from '../i18n/words.ts';

/** Commands in the order in which Telegram lists them. `/start` is not among them: Telegram shows it by itself. */
const listed: readonly (keyof Words['commands'])[] = [
  'menu',
  'overview',
  'experiments',
  'find',
  'language',
  'help',
  'unlink',
];

/** The command list in a language, as `setMyCommands` takes it. */
export function commandList(locale: BotLocale): BotCommand[] {
  const words = wordsFor(locale);
  return listed.map((command) => ({ command, description: words.commands[command] }));
}
