import { resolve } from 'node:path';
import { type RunningBot, startBot } from '@cda/bot';
import { type Person, type StoredMessage, startTelegramSimulator, type TelegramSimulator } from '@cda/bot/simulator';
import { seedAdmin } from '@cda/users';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../browser/chromium.ts';
import { smallDemoShop } from '../demo-template.ts';
import { ask, field } from '../graph/ask.ts';
import { type OpenGraph, openGraph } from '../graph/open-graph.ts';
import { buttonsOf } from './bot-fixture.ts';

const webRoot = resolve(import.meta.dirname, '../../web/dist');

let graph: OpenGraph;
let telegram: TelegramSimulator;
let bot: RunningBot | undefined;
/** Warnings and errors of the bot. */
const complaints: string[] = [];
let nextPerson = 1;

beforeAll(async () => {
  [graph, telegram] = await Promise.all([
    openGraph({ template: smallDemoShop, gateway: { webRoot } }),
    startTelegramSimulator(),
  ]);
  const complain = (fields: object, message: string) => void complaints.push(`${message} ${JSON.stringify(fields)}`);
  bot = await startBot({
    token: telegram.token,
    apiRoot: telegram.apiRoot,
    graphUrl: `${graph.gateway.url}/graphql`,
    serviceToken: graph.secrets.botKey,
    publicUrl: graph.gateway.url,
    log: { info: () => undefined, warn: complain, error: complain },
  });
}, 300_000);
afterAll(async () => {
  await bot?.[Symbol.asyncDispose]();
  await telegram[Symbol.asyncDispose]();
  await graph[Symbol.asyncDispose]();
});

/** Session of the administrator, as the browser holds it. */
async function signIn(): Promise<string> {
  const { code } = await seedAdmin(graph.db);
  const signedIn = await fetch(`${graph.gateway.url}/sign-in?code=${encodeURIComponent(code)}`, { redirect: 'manual' });
  return signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

/** A link code as the dashboard gets it: from the account that is signed in. */
async function linkCode(): Promise<string> {
  const headers = { cookie: await signIn() };
  const answer = await ask(graph.gateway.url, 'mutation { createTelegramLinkCode { code } }', { headers });
  return field<{ code: string }>(answer, 'createTelegramLinkCode').code;
}

const newcomer = (languageCode: string): Person =>
  telegram.person({ id: nextPerson++, firstName: 'Ann', languageCode });

const botSaid = (person: Person): StoredMessage[] =>
  [...person.chat.messages.values()].filter(({ from }) => from === undefined);

async function linked(languageCode: string): Promise<Person> {
  const person = newcomer(languageCode);
  person.send(`/start ${await linkCode()}`);
  await telegram.until('the menu', () => botSaid(person).some((message) => buttonsOf(message).length > 0), 20_000);
  return person;
}

async function press(person: Person, button: string): Promise<StoredMessage> {
  const pressed = person.press(button);
  const message = person.chat.messages.get(pressed.messageId);
  const edits = message?.edits ?? 0;
  return await telegram.until(`an answer to ${button}`, () => message && message.edits > edits && message, 20_000);
}

describe('the bot before the real graph', () => {
  test('is connected by a code of the dashboard, which works once', async () => {
    const code = await linkCode();
    const person = newcomer('en');
    person.send(`/start ${code}`);
    await telegram.until(
      'connected',
      () => botSaid(person).some(({ text }) => text.includes('Connected. I now answer for')),
      20_000,
    );
    const other = newcomer('en');
    other.send(`/start ${code}`);
    await telegram.until(
      'refused',
      () => botSaid(other).some(({ text }) => text.includes('That code does not work.')),
      20_000,
    );
  });

  // Chromium is not packaged for every machine; CHROMIUM_PATH names one that is installed.
  test.skipIf(!chromiumPath)('is connected by what the account menu of the dashboard shows', async () => {
    await using closing = new AsyncDisposableStack();
    const browser = closing.adopt(await launchChromium(), (one) => one.close());
    const page = await browser.newPage({ locale: 'en-GB' });
    const { code } = await seedAdmin(graph.db);
    await page.goto(`${graph.gateway.url}/sign-in?code=${encodeURIComponent(code)}`);
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Telegram' }).click();
    const command = page.getByRole('dialog').locator('code', { hasText: '/start ' });
    await command.waitFor();
    const person = newcomer('en');
    person.send(await command.innerText());
    await telegram.until('connected', () => botSaid(person).some(({ text }) => text.includes('Connected.')), 20_000);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test.each([
    [
      'en',
      ['📊 Overview', '👥 Segments', '⚠️ Customers at risk', '🏷 Products', '🔎 Anomalies', '🧠 Models'],
      '☰ Menu',
      /As of .+(ago|just now) · demo shop/,
    ],
    [
      'ru',
      ['📊 Обзор', '👥 Сегменты', '⚠️ Покупатели под угрозой', '🏷 Товары', '🔎 Аномалии', '🧠 Модели'],
      '☰ Меню',
      /По данным на .+(назад|только что) · демонстрационный магазин/,
    ],
  ])('answers every place of the menu in %s, whole and with its age', async (language, places, home, age) => {
    const person = await linked(language);
    for (const place of places) {
      const view = await press(person, place);
      expect(view.text, place).toMatch(age);
      expect(view.text.split('\n').length, view.text).toBeGreaterThan(4);
      expect(view.text).not.toMatch(/did not answer|не ответила|undefined|NaN|null/);
      await press(person, home);
    }
    expect(complaints).toEqual([]);
  });

  test('shows the very figures of the graph', async () => {
    const person = await linked('en');
    const answer = await ask(
      graph.gateway.url,
      '{ metrics(range: LAST_28_DAYS) { revenue { amountMinor currency } orders } }',
      { headers: { cookie: await signIn() } },
    );
    const { revenue, orders } = field<{ revenue: { amountMinor: number; currency: string }; orders: number }>(
      answer,
      'metrics',
    );
    expect(orders).toBeGreaterThan(0);
    const overview = await press(person, '📊 Overview');
    const money = new Intl.NumberFormat('en-GB', {
      style: 'currency',
      currency: revenue.currency,
      currencyDisplay: 'narrowSymbol',
    });
    expect(overview.text).toContain(`Revenue: ${money.format(revenue.amountMinor / 100)}`);
    expect(overview.text).toContain(`Orders: ${orders.toLocaleString('en-GB')}`);
    person.press('📈 Chart');
    const chart = await telegram.until('the chart', () => botSaid(person).find(({ picture }) => picture), 20_000);
    expect(chart.text).toContain(money.format(revenue.amountMinor / 100));
  });

  test('opens a customer with churn, its reasons and recommendations, from the list and by the shop’s own id', async () => {
    const person = await linked('en');
    await press(person, '⚠️ Customers at risk');
    const card = await press(person, '1');
    expect(card.text).toMatch(/Churn: \d+% \(\d+% to \d+%\)/);
    expect(card.text).toMatch(/does not buy within \d+ days · model version \d+/);
    expect(card.text).toMatch(/[▲▼·] \S/);
    expect(card.text).toMatch(/Recommended[\s\S]*1\. \S/);
    const id = card.entities.find(({ type }) => type === 'code');
    const externalId = card.text.slice(id?.offset, (id?.offset ?? 0) + (id?.length ?? 0));
    const last = person.chat.nextMessageId;
    person.send(`/find ${externalId}`);
    const found = await telegram.until(
      'the same customer',
      () => botSaid(person).find((message) => message.id >= last),
      20_000,
    );
    expect(found.text.split('\n')[0]).toBe(card.text.split('\n')[0]);
  });

  test('is disconnected by /unlink, and asks for a code again', async () => {
    const person = await linked('en');
    person.send('/unlink');
    await telegram.until(
      'the question',
      () => botSaid(person).some(({ text }) => text.includes('Disconnect this chat?')),
      20_000,
    );
    expect((await press(person, 'Disconnect')).text).toContain('This chat is disconnected.');
    person.send('/menu');
    await telegram.until(
      'asked for a code',
      () => botSaid(person).some(({ text }) => text.includes('not connected')),
      20_000,
    );
  });
});
