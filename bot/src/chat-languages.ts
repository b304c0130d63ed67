import type { Api } from 'grammy';
import { commandList } from './commands/command-list.ts';
import type { BotLocale } from './i18n/locale.ts';
import { Lru } from './lru.ts';

/** The language that each chat chose. */
export interface ChatLanguages {
  /** The chosen language, or `fallback` where none was chosen. */
  of(chatId: number, fallback: BotLocale): Promise<BotLocale>;
  choose(chatId: number, locale: BotLocale): Promise<void>;
}

/**
 * Choices that outlive the bot without a store of its own: choosing a language gives the chat its own command list in that
 * language, Telegram keeps that list, and after a restart the language is read off it, once a chat.
 */
export function createChatLanguages(api: Api): ChatLanguages {
  const known = new Lru<number, BotLocale | 'unset'>(10_000);
  const scopeOf = (chatId: number) => ({ type: 'chat', chat_id: chatId }) as const;
  const read = async (chatId: number): Promise<BotLocale | 'unset'> => {
    const commands = await api.getMyCommands({ scope: scopeOf(chatId) });
    const description = commands.find(({ command }) => command === 'menu')?.description;
    if (description === undefined) return 'unset';
    return /\p{Script=Cyrillic}/u.test(description) ? 'RU' : 'EN';
  };
  return {
    async of(chatId, fallback) {
      let chosen = known.get(chatId);
      if (chosen === undefined) {
        try {
          chosen = await read(chatId);
          known.set(chatId, chosen);
        } catch {
          // Telegram did not say; the next message asks again.
          chosen = 'unset';
        }
      }
      return chosen === 'unset' ? fallback : chosen;
    },
    async choose(chatId, locale) {
      known.set(chatId, locale);
      await api.setMyCommands(commandList(locale), { scope: scopeOf(chatId) });
    },
  };
}
