import { autoRetry } from '@grammyjs/auto-retry';
import { sequentialize } from '@grammyjs/runner';
import { Bot, type Context } from 'grammy';
import { createChatLanguages } from './chat-languages.ts';
import { createCommands } from './commands/commands.ts';
import { chooseLanguage } from './commands/language.ts';
import { unlinkChat } from './commands/unlink.ts';
import { createFloodGuard } from './flood.ts';
import { createAccounts } from './graph/accounts.ts';
import { createGraph } from './graph/graph.ts';
import { menuView } from './handlers/menu.ts';
import { sayHowToLink, showView } from './handlers/show.ts';
import { views } from './handlers/views.ts';
import { toLocale } from './i18n/locale.ts';
import { wordsFor } from './i18n/words.ts';
import { createCallbackData, type Route } from './keyboards/callback-data.ts';
import { type BotLog, toLogFields } from './log.ts';
import { closeMessage, say, swallow } from './messages/present.ts';
import type { Services } from './services.ts';
import type { Turn } from './turn.ts';

/** What the bot is made of. */
export interface BotParts {
  /** Token of the bot, from BotFather. */
  token: string;
  /** Address of the Bot API; Telegram's own where none is given. */
  apiRoot?: string | undefined;
  /** Address of the gateway's GraphQL endpoint. */
  graphUrl: string;
  /** The bot's own key for the graph. */
  serviceToken: string;
  /** Address of the dashboard, for people. */
  publicUrl: string;
  log: BotLog;
  now?: () => Date;
  /** Longest wait for the graph. */
  graphTimeoutMs?: number | undefined;
}

/** An update; of a press it knows where the button leads, handed from the first middleware to the last. */
export type BotContext = Context & { route?: Route };

/** What buttons can do besides opening a view. */
const actions: ReadonlyMap<string, (turn: Turn, args: readonly string[]) => Promise<void>> = new Map([
  ['l', chooseLanguage],
  ['u', unlinkChat],
  ['x', closeMessage],
]);

/** A press that was answered too late, or whose chat is gone, needs no answer any more. */
const answerRefused = /query is too old|query ID is invalid/i;

/** Telegram's words where a person blocked the bot or a group threw it out: nobody is left to answer. */
const unreachableChat =
  /bot was blocked|bot was kicked|user is deactivated|bot is not a member|chat not found|not enough rights/i;

/** Builds the bot. Nothing here touches the network: `index.ts` lets it run, tests hand it updates. */
export function createBot(parts: BotParts): Bot<BotContext> {
  const { token, log } = parts;
  const now = parts.now ?? (() => new Date());
  const bot = new Bot<BotContext>(token, {
    // The polling request waits 25 s on Telegram's side; whatever takes longer than this has lost its connection.
    client: { timeoutSeconds: 45, sensitiveLogs: false, ...(parts.apiRoot ? { apiRoot: parts.apiRoot } : {}) },
  });
  const retry = autoRetry({ maxRetryAttempts: 3, maxDelaySeconds: 60, rethrowHttpErrors: true });
  // Polling has its own rules for what is tried again (`polling.ts`).
  bot.api.config.use((previous, method, payload, signal) =>
    method === 'getUpdates' ? previous(method, payload, signal) : retry(previous, method, payload, signal),
  );

  const graph = createGraph({
    url: parts.graphUrl,
    ...(parts.graphTimeoutMs ? { timeoutMs: parts.graphTimeoutMs } : {}),
  });
  const services: Services = {
    api: bot.api,
    graph,
    accounts: createAccounts({ graph, serviceToken: parts.serviceToken, now: () => now().getTime() }),
    languages: createChatLanguages(bot.api),
    callbacks: createCallbackData(token),
    publicUrl: parts.publicUrl,
    log,
    now,
  };

  bot.use(holdBackFloods(services));
  bot.on('callback_query', answerPress(services));
  bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
  bot.on('my_chat_member', leaveQuietly(services));
  for (const command of createCommands()) {
    bot.command(command.name, async (ctx) => {
      const turn = await turnOf(ctx, services);
      if (turn) await command.run(turn, ctx.match.trim());
    });
  }
  bot.on('callback_query', async (ctx) => {
    const turn = await turnOf(ctx, services);
    if (turn && ctx.route) await follow(turn, ctx.route);
  });
  bot.chatType('private').on('message:text', async (ctx) => {
    const turn = await turnOf(ctx, services);
    if (!turn) return;
    const account = await services.accounts.of(turn.chatId, turn.locale).catch(() => 'unknown' as const);
    if (account) await say(turn, turn.words.unknownText);
    else await sayHowToLink(turn);
  });

  bot.catch(async ({ error, ctx }) => {
    if (error instanceof Error && unreachableChat.test(error.message)) {
      log.info({ chatId: ctx.chat?.id, ...toLogFields(error, token), stack: undefined }, 'a chat can not be answered');
      return;
    }
    log.error(
      { chatId: ctx.chat?.id, updateId: ctx.update.update_id, ...toLogFields(error, token) },
      'an update failed',
    );
    try {
      const turn = await turnOf(ctx, services);
      if (turn) await say(turn, turn.words.faults.unexpected);
    } catch (second) {
      log.warn({ chatId: ctx.chat?.id, ...toLogFields(second, token), stack: undefined }, 'the apology failed too');
    }
  });
  return bot;
}

async function turnOf(ctx: Context, services: Services): Promise<Turn | undefined> {
  const chatId = ctx.chat?.id;
  if (chatId === undefined) return undefined;
  const locale = await services.languages.of(chatId, toLocale(ctx.from?.language_code));
  return { ctx, chatId, group: ctx.chat?.type !== 'private', locale, words: wordsFor(locale), services };
}

async function follow(turn: Turn, route: Route): Promise<void> {
  const action = actions.get(route.view);
  if (action) return action(turn, route.args);
  await showView(turn, views.get(route.view) ?? menuView, route.args);
}

type Middleware = (ctx: BotContext, next: () => Promise<void>) => Promise<void>;

function holdBackFloods({ now }: Services): Middleware {
  const guard = createFloodGuard(() => now().getTime());
  return async (ctx, next) => {
    const chatId = ctx.chat?.id;
    // Being added or removed is no flood, and must not be missed.
    if (chatId === undefined || ctx.myChatMember) return next();
    const verdict = guard(chatId);
    if (verdict === 'ANSWER') return next();
    if (verdict === 'DROP') return;
    const { flood } = wordsFor(toLocale(ctx.from?.language_code)).faults;
    if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: flood }).catch(swallow(answerRefused));
    else await ctx.reply(flood);
  };
}

/** Answers each press at once, before its turn comes, so that no button keeps spinning; what is not ours ends here. */
function answerPress({ callbacks }: Services): Middleware {
  return async (ctx, next) => {
    const chatId = ctx.chat?.id;
    const data = ctx.callbackQuery?.data;
    const route = chatId === undefined || data === undefined ? undefined : callbacks.read(chatId, data);
    const known = route !== undefined && (views.has(route.view) || actions.has(route.view));
    const { oldButton } = wordsFor(toLocale(ctx.from?.language_code)).faults;
    const answered = ctx.answerCallbackQuery(known ? {} : { text: oldButton }).catch(swallow(answerRefused));
    if (!known) return void (await answered);
    ctx.route = route;
    await Promise.all([answered, next()]);
  };
}

/** Whoever blocks the bot or throws it out of a group takes the connection away with it. */
function leaveQuietly({ accounts, log }: Services): Middleware {
  return async (ctx) => {
    const status = ctx.myChatMember?.new_chat_member.status;
    const chatId = ctx.chat?.id;
    if (chatId === undefined || (status !== 'kicked' && status !== 'left')) return;
    try {
      await accounts.unlink(chatId, 'EN');
      log.info({ chatId }, 'a chat left, its connection was taken away');
    } catch (error) {
      log.warn(
        { chatId, message: error instanceof Error ? error.message : '' },
        'the connection of a chat that left stays',
      );
    }
  };
}
