import { type BotLog, type RunningBot, startBot } from '@cda/bot';
import { type Person, type StoredMessage, startTelegramSimulator, type TelegramSimulator } from '@cda/bot/simulator';
import { analyst, type FakeAccount, type FakeGraph, startFakeGraph } from './fake-graph.ts';

/** The bot, a fake graph before it and a fake Telegram behind it, all over HTTP. */
export interface BotFixture extends AsyncDisposable {
  telegram: TelegramSimulator;
  graph: FakeGraph;
  bot: RunningBot;
  /** Every line that the bot logged, as text. */
  logged: string[];
  /** Moves the clock that the bot, Telegram and the graph share. */
  advance(seconds: number): void;
  /** A person; `account` is what their chat is connected to already. */
  person(options?: { languageCode?: string; account?: FakeAccount }): Person;
  /** A person whose chat is connected. */
  linked(options?: { languageCode?: string; account?: FakeAccount }): Person;
  /** What the bot said in a person's chat, oldest first. */
  said(person: Person): StoredMessage[];
  /** Sends a text and gives the bot's next message. */
  ask(person: Person, text: string): Promise<StoredMessage>;
  /** Presses a button of the latest message that has it, and gives that message once it has changed. */
  press(person: Person, button: string): Promise<StoredMessage>;
}

export const botToken = '4242424242:AAtest-token-that-must-never-be-printed';

export async function startBotFixture({
  publicUrl = 'https://shop.example',
  graphTimeoutMs = 2_000,
} = {}): Promise<BotFixture> {
  let now = Date.parse('2026-11-23T03:37:00.000Z');
  const clock = () => new Date(now);
  const telegram = await startTelegramSimulator({ token: botToken, now: clock });
  const graph = await startFakeGraph(clock);
  const logged: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: BotLog = { info: write('info'), warn: write('warn'), error: write('error') };
  const bot = await startBot({
    token: botToken,
    apiRoot: telegram.apiRoot,
    graphUrl: graph.url,
    serviceToken: graph.serviceToken,
    publicUrl,
    graphTimeoutMs,
    log,
    now: clock,
  });
  if (!bot) throw new Error('The bot is off.');
  await telegram.until('the bot listens', () => telegram.calls.some(({ method }) => method === 'setMyDescription'));
  let nextPerson = 1_000;
  const person: BotFixture['person'] = ({ languageCode = 'en', account } = {}) => {
    const made = telegram.person({ id: nextPerson++, firstName: 'Ann', languageCode });
    if (account) graph.links.set(String(made.user.id), account);
    return made;
  };
  return {
    telegram,
    graph,
    bot,
    logged,
    person,
    linked: (options) => person({ account: analyst, ...options }),
    said: ({ chat }) => [...chat.messages.values()].filter(({ from }) => from === undefined),
    advance: (seconds) => {
      now += seconds * 1000;
    },
    ask(person, text) {
      const last = person.chat.nextMessageId;
      person.send(text);
      return telegram.until(`an answer to ${text.slice(0, 40)}`, () =>
        [...person.chat.messages.values()].find(({ id, from }) => id >= last && from === undefined),
      );
    },
    press(person, button) {
      now += 1_000;
      const press = person.press(button);
      const message = person.chat.messages.get(press.messageId);
      const edits = message?.edits ?? 0;
      return telegram.until(`the message changes after ${button}`, () => message && message.edits > edits && message);
    },
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await telegram[Symbol.asyncDispose]();
      await graph[Symbol.asyncDispose]();
    },
  };
}

/** The texts of a message's buttons, row by row. */
export function buttonsOf(message: StoredMessage): string[][] {
  return message.keyboard?.inline_keyboard.map((row) => row.map(({ text }) => text)) ?? [];
}
