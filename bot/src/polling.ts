import { createConcurrentSink, createRunner, createSource, type UpdateSupplier } from '@grammyjs/runner';
import { type Api, type Bot, type Context, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { type BotLog, toLogFields } from './log.ts';

/** How the connection to Telegram stands. */
export type PollingState =
  | { kind: 'connecting'; reason: string }
  | { kind: 'running' }
  | { kind: 'refused'; reason: string }
  | { kind: 'stopped' };

/** A bot that fetches its updates. */
export interface Polling {
  state(): PollingState;
  /** Lets running answers end (at most `drainMs`), and tells Telegram which updates are done. */
  stop(drainMs?: number): Promise<void>;
}

/** The signal type of grammY's own fetch. */
type ApiSignal = Parameters<Api['getMe']>[0];

/** Node's signal as grammY declares it; at run time both are the same. */
export const forApi = (signal: AbortSignal): ApiSignal => signal as unknown as ApiSignal;

/** Updates worked on at once, over all chats; each chat has its own order. */
const concurrency = 50;
/** Seconds that Telegram holds an empty answer back. */
const longPollSeconds = 25;
const longestPauseMs = 30_000;

const wanted = ['message', 'callback_query', 'my_chat_member'] as const;

/**
 * Fetches updates until it is stopped. A lost connection, a fault of Telegram, "too many requests" and a second poller with
 * the same token (409) are waited out with growing pauses; only a token that Telegram does not know (401) ends it.
 */
export function startPolling<C extends Context>(
  bot: Bot<C>,
  { log, token, begin }: { log: BotLog; token: string; begin(signal: AbortSignal): Promise<void> },
): Polling {
  let state: PollingState = { kind: 'connecting', reason: 'starting' };
  let offset = 0;
  let begun = false;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const fetchUpdates = async (limit: number, signal: AbortSignal): Promise<Update[]> => {
    let pauseMs = 250;
    for (;;) {
      try {
        if (!begun) {
          await begin(signal);
          begun = true;
        }
        // The first request after a silence is a short one, so that the state is known before something happens.
        const timeout = state.kind === 'running' ? longPollSeconds : 0;
        const updates = await bot.api.getUpdates(
          { offset, limit: Math.max(1, Math.min(limit, 100)), timeout, allowed_updates: wanted },
          forApi(signal),
        );
        if (state.kind !== 'running') log.info({}, 'the Telegram bot listens');
        state = { kind: 'running' };
        const last = updates.at(-1);
        if (last) offset = last.update_id + 1;
        return updates;
      } catch (error) {
        if (signal.aborted || stopping.signal.aborted) throw error;
        if (isTokenRefused(error)) {
          state = { kind: 'refused', reason: tokenRefused };
          log.error({}, tokenRefused);
          throw error;
        }
        const reason = reasonOf(error);
        const said = state.kind === 'connecting' ? state.reason : '';
        state = { kind: 'connecting', reason };
        if (said !== reason) log.warn({ ...toLogFields(error, token), stack: undefined }, reason);
        const asked = error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1000 : 0;
        await pause(Math.max(asked, pauseMs), stopping.signal);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  };

  const supplier: UpdateSupplier<Update> = {
    supply: (size, signal) => fetchUpdates(size, signal as unknown as AbortSignal),
  };
  const sink = createConcurrentSink<Update, Error>(
    {
      consume: (update) => {
        const work = handle(bot, update).finally(() => running.delete(work));
        running.add(work);
        return work;
      },
    },
    async (error) => log.error(toLogFields(error, token), 'an update failed, and so did its error handler'),
    { concurrency },
  );
  const runner = createRunner(createSource(supplier), sink);
  runner.start();
  const task = runner.task()?.catch(() => undefined);

  return {
    state: () => state,
    async stop(drainMs = 5_000) {
      if (state.kind === 'stopped') return;
      stopping.abort();
      await runner.stop()?.catch(() => undefined);
      await task;
      const drained = new AbortController();
      const working = Promise.allSettled([...running]).then(() => drained.abort());
      await Promise.race([working, pause(drainMs, drained.signal)]);
      if (begun && offset > 0 && state.kind === 'running') {
        // Without this the next start would get the last updates once more.
        await bot.api
          .getUpdates({ offset, limit: 1, timeout: 0 }, forApi(AbortSignal.timeout(2_000)))
          .catch(() => undefined);
      }
      state = { kind: 'stopped' };
    },
  };
}

/** Hands an update to the bot; a failing update goes to the bot's own error handler and never ends the polling. */
async function handle<C extends Context>(bot: Bot<C>, update: Update): Promise<void> {
  try {
    await bot.handleUpdate(update);
  } catch (error) {
    await bot.errorHandler(error as Parameters<typeof bot.errorHandler>[0]);
  }
}

/** What to do where Telegram does not know the token. */
export const tokenRefused =
  'Telegram does not know the bot’s token. Take the right one from @BotFather and set TELEGRAM_BOT_TOKEN.';

/** Whether Telegram said that the token is wrong: 401, or 404 for one of the wrong shape. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof GrammyError)) return 'Telegram can’t be reached; the bot goes on trying';
  if (error.error_code === 409) return 'another process uses the same bot token; the bot waits until it has stopped';
  if (error.error_code === 429) return 'Telegram asks the bot to slow down';
  return `Telegram answers ${error.error_code}; the bot goes on trying`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
