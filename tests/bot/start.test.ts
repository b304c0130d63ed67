import { createServer } from 'node:net';
import { type BotConfig, type BotLog, type RunningBot, startBot } from '@cda/bot';
import { startTelegramSimulator, type TelegramSimulator } from '@cda/bot/simulator';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { botToken } from './bot-fixture.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

function journal() {
  const lines: string[] = [];
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, log: { info: write, warn: write, error: write } satisfies BotLog };
}

const config = (telegram: { apiRoot: string }, log: BotLog, token: string | undefined = botToken): BotConfig => ({
  token,
  apiRoot: telegram.apiRoot,
  graphUrl: 'http://127.0.0.1:9/graphql',
  serviceToken: 'cda_bot_of_the_tests',
  publicUrl: 'http://localhost:4000',
  log,
});

async function running(telegram: TelegramSimulator, log: BotLog): Promise<RunningBot> {
  const bot = await startBot(config(telegram, log));
  if (!bot) throw new Error('The bot is off.');
  open.push(bot);
  return bot;
}

async function simulator(): Promise<TelegramSimulator> {
  const telegram = await startTelegramSimulator({ token: botToken });
  open.push(telegram);
  return telegram;
}

describe('starting the bot', () => {
  test('without a token leaves it off with one plain line', async () => {
    const { lines, log } = journal();
    expect(await startBot({ ...config({ apiRoot: 'http://127.0.0.1:9' }, log), token: undefined })).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Telegram bot: off (set TELEGRAM_BOT_TOKEN to turn it on');
  });

  test.each(['123:unknown-to-telegram', 'no token at all', '4242424242:'])(
    'with the wrong token "%s" fails with the remedy',
    async (token) => {
      const telegram = await simulator();
      const { lines, log } = journal();
      await expect(startBot(config(telegram, log, token))).rejects.toThrow(/Take the right one from @BotFather/);
      expect(lines.join()).not.toContain(token);
    },
  );

  test('while Telegram cannot be reached goes on, and listens as soon as it can', async () => {
    const placeholder = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
    const { port } = placeholder.address() as { port: number };
    const { lines, log } = journal();
    const bot = await startBot(config({ apiRoot: `http://127.0.0.1:${port}` }, log));
    if (!bot) throw new Error('The bot is off.');
    open.push(bot);
    await vi.waitFor(() => expect(bot.connection()).toMatchObject({ kind: 'connecting' }));
    await vi.waitFor(() => expect(lines.join('\n')).toContain('Telegram can’t be reached; the bot goes on trying'));
    await new Promise((resolve) => placeholder.close(resolve));
    open.unshift(await startTelegramSimulator({ token: botToken, port }));
    await vi.waitFor(() => expect(bot.connection()).toEqual({ kind: 'running' }), { timeout: 15_000 });
    expect(lines.join('\n')).not.toContain(botToken.split(':')[1]);
  });

  test('twice with one token says so and neither ends; the one that stays takes over', async () => {
    const telegram = await simulator();
    const first = journal();
    const second = journal();
    const one = await running(telegram, first.log);
    await vi.waitFor(() => expect(one.connection()).toEqual({ kind: 'running' }), { timeout: 15_000 });
    const two = await running(telegram, second.log);
    await vi.waitFor(
      () => expect([...first.lines, ...second.lines].join('\n')).toContain('another process uses the same bot token'),
      {
        timeout: 15_000,
      },
    );
    await two[Symbol.asyncDispose]();
    const person = telegram.person({ id: 7, firstName: 'Ann', languageCode: 'en' });
    person.send('/help');
    await telegram.until(
      'an answer',
      () => [...person.chat.messages.values()].some(({ text }) => text.includes('What I can do')),
      40_000,
    );
    expect(one.connection()).toEqual({ kind: 'running' });
  });

  test('a token that is taken back while it runs ends the polling with the remedy in the log', async () => {
    const telegram = await simulator();
    const { lines, log } = journal();
    const bot = await running(telegram, log);
    await telegram.until('the bot polls', () => telegram.calls.some(({ method }) => method === 'setMyDescription'));
    telegram.fail('getUpdates', { code: 401, description: 'Unauthorized', times: 10 });
    telegram.person({ id: 8, firstName: 'Ann' }).send('/help');
    await vi.waitFor(() => expect(bot.connection()).toMatchObject({ kind: 'refused' }), { timeout: 15_000 });
    expect(lines.join('\n')).toContain('@BotFather');
  });
});

describe('stopping the bot', () => {
  test('confirms what was answered, so that nothing is answered twice', async () => {
    const telegram = await simulator();
    const { log } = journal();
    const bot = await running(telegram, log);
    const person = telegram.person({ id: 9, firstName: 'Ann', languageCode: 'en' });
    person.send('/help');
    await telegram.until('an answer', () =>
      [...person.chat.messages.values()].some(({ text }) => text.includes('What I can do')),
    );
    await bot[Symbol.asyncDispose]();
    expect(telegram.world.pending(10)).toEqual([]);
    expect(bot.connection()).toEqual({ kind: 'stopped' });
  });

  test('leaves no timer and no socket behind', async () => {
    const telegram = await simulator();
    const held = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'TCPSocketWrap').length;
    const before = held();
    const bot = await running(telegram, journal().log);
    await vi.waitFor(() => expect(bot.connection()).toEqual({ kind: 'running' }));
    const person = telegram.person({ id: 10, firstName: 'Ann', languageCode: 'en' });
    person.send('/help');
    await telegram.until('an answer', () =>
      [...person.chat.messages.values()].some(({ text }) => text.includes('What I can do')),
    );
    await bot[Symbol.asyncDispose]();
    await telegram[Symbol.asyncDispose]();
    // vi.waitFor holds a timer or two of its own while it looks.
    await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before + 2));
  });
});
