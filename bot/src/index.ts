import type { Bot } from 'grammy';
import { type BotContext, type BotParts, createBot } from './bot.ts';
import { commandList } from './commands/command-list.ts';
import { type BotLocale, locales } from './i18n/locale.ts';
import { wordsFor } from './i18n/words.ts';
import type { BotLog } from './log.ts';
import { forApi, isTokenRefused, type PollingState, startPolling, tokenRefused } from './polling.ts';

export type { BotLog } from './log.ts';
export type { PollingState } from './polling.ts';

/** What the bot needs to run; without a token it stays off. */
export type BotConfig = Omit<BotParts, 'token'> & { token: string | undefined };

/** The bot while it runs. */
export type RunningBot = Bot<BotContext> &
  AsyncDisposable & {
    /** How the connection to Telegram stands. */
    connection(): PollingState;
  };

/** The line that stands where a bot would, when there is no token. */
export const botIsOff =
  'Telegram bot: off (set TELEGRAM_BOT_TOKEN to turn it on; docs/bot.md tells how to get a token)';

/**
 * Starts the bot: it listens by long polling until it is disposed of. Without a token it says so in one line and gives
 * undefined. A Telegram that can't be reached is waited for in the background.
 * Throws where Telegram does not know the token.
 */
export async function startBot(config: BotConfig): Promise<RunningBot | undefined> {
  const { token, log } = config;
  if (!token) {
    log.info({}, botIsOff);
    return undefined;
  }
  if (!/^\d+:[\w-]+$/.test(token)) throw new Error(tokenRefused);
  const bot = createBot({ ...config, token });
  const introduce = (signal: AbortSignal) => introduceBot(bot, signal, log);
  await firstTry(bot);
  const polling = startPolling(bot, { log, token, begin: introduce });
  return Object.assign(bot, {
    connection: () => polling.state(),
    [Symbol.asyncDispose]: () => polling.stop(),
  });
}

/** One short call that finds a wrong token at once; a network that is down is left to the polling. */
async function firstTry(bot: Bot<BotContext>): Promise<void> {
  try {
    bot.botInfo = await bot.api.getMe(forApi(AbortSignal.timeout(3_000)));
  } catch (error) {
    if (isTokenRefused(error)) throw new Error(tokenRefused);
  }
}

/** What has to be told once before listening: who we are, no webhook, the commands and the description a language. */
async function introduceBot(bot: Bot<BotContext>, signal: AbortSignal, log: BotLog): Promise<void> {
  if (!bot.isInited()) bot.botInfo = await bot.api.getMe(forApi(signal));
  await bot.api.deleteWebhook({}, forApi(signal));
  for (const locale of locales) {
    const language = languageCodeOf(locale);
    await bot.api.setMyCommands(commandList(locale), language, forApi(signal));
    await bot.api.setMyDescription(wordsFor(locale).description, language, forApi(signal));
  }
  log.info({ username: bot.botInfo.username }, 'the Telegram bot is known to Telegram');
}

/** English is what everybody gets whose language has no texts of its own, so it goes without a code. */
function languageCodeOf(locale: BotLocale): { language_code?: 'ru' } {
  return locale === 'RU' ? { language_code: 'ru' } : {};
}
