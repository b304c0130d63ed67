import { type Person, startTelegramSimulator, type TelegramSimulator } from '@cda/bot/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHtml } from '../../bot/src/simulator/html-entities.ts';

let telegram: TelegramSimulator;
let person: Person;
beforeAll(async () => {
  telegram = await startTelegramSimulator({ token: '1:simulator-test-token' });
  person = telegram.person({ id: 77, firstName: 'Ann', languageCode: 'en' });
  person.send('/start');
});
afterAll(() => telegram[Symbol.asyncDispose]());

interface Answer {
  ok: boolean;
  result?: never;
  error_code?: number;
  description?: string;
}

async function call(method: string, parameters: object, token = telegram.token): Promise<Answer> {
  const response = await fetch(`${telegram.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  return (await response.json()) as Answer;
}

async function callWithFile(method: string, fields: Record<string, string>, file?: Uint8Array): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file) form.set('picture', new Blob([new Uint8Array(file)]), 'x.png');
  const response = await fetch(`${telegram.apiRoot}/bot${telegram.token}/${method}`, { method: 'POST', body: form });
  return (await response.json()) as Answer;
}

const keyboard = (button: object) => ({ reply_markup: { inline_keyboard: [[button]] } });

describe('the simulated Bot API refuses what Telegram refuses', () => {
  const cases: [string, string, object, number, RegExp][] = [
    ['a chat that nobody opened', 'sendMessage', { chat_id: 1, text: 'x' }, 400, /chat not found/],
    ['an empty text', 'sendMessage', { chat_id: 77, text: ' \n' }, 400, /message text is empty/],
    ['a text of 4,097 characters', 'sendMessage', { chat_id: 77, text: 'x'.repeat(4097) }, 400, /message is too long/],
    [
      'data of 65 bytes',
      'sendMessage',
      { chat_id: 77, text: 'x', ...keyboard({ text: 'b', callback_data: 'я'.repeat(33) }) },
      400,
      /BUTTON_DATA_INVALID/,
    ],
    [
      'a button that leads to this machine',
      'sendMessage',
      { chat_id: 77, text: 'x', ...keyboard({ text: 'b', url: 'http://localhost:4000' }) },
      400,
      /Wrong HTTP URL/,
    ],
    [
      'a button without a text',
      'sendMessage',
      { chat_id: 77, text: 'x', ...keyboard({ text: '', callback_data: 'x' }) },
      400,
      /non-empty/,
    ],
    [
      'HTML that is not closed',
      'sendMessage',
      { chat_id: 77, text: '<b>x', parse_mode: 'HTML' },
      400,
      /Can't find end tag/,
    ],
    [
      'a message that is not there',
      'editMessageText',
      { chat_id: 77, message_id: 999, text: 'x' },
      400,
      /message to edit not found/,
    ],
    [
      'a message of the person',
      'editMessageText',
      { chat_id: 77, message_id: 1, text: 'x' },
      400,
      /message can't be edited/,
    ],
    ['a press that never was', 'answerCallbackQuery', { callback_query_id: 'x' }, 400, /query is too old/],
    [
      'a command in capitals',
      'setMyCommands',
      { commands: [{ command: 'Menu', description: 'x' }] },
      400,
      /BOT_COMMAND_INVALID/,
    ],
    ['a method that does not exist', 'sendTelepathy', {}, 404, /Not Found/],
  ];
  test.each(cases)('%s', async (_, method, parameters, code, description) => {
    const answer = await call(method, parameters);
    expect(answer).toMatchObject({ ok: false, error_code: code, description: expect.stringMatching(description) });
  });

  test('a wrong token, with 401', async () => {
    expect(await call('getMe', {}, '1:other')).toEqual({ ok: false, error_code: 401, description: 'Unauthorized' });
  });

  test('an edit that changes nothing', async () => {
    const sent = await call('sendMessage', {
      chat_id: 77,
      text: '<b>same</b>',
      parse_mode: 'HTML',
      ...keyboard({ text: 'b', callback_data: 'x' }),
    });
    const { message_id } = sent.result as unknown as { message_id: number };
    const again = await call('editMessageText', {
      chat_id: 77,
      message_id,
      text: '<b>same</b>',
      parse_mode: 'HTML',
      ...keyboard({ text: 'b', callback_data: 'x' }),
    });
    expect(again.description).toMatch(/message is not modified/);
    expect(await call('editMessageText', { chat_id: 77, message_id, text: 'same', parse_mode: 'HTML' })).toMatchObject({
      ok: true,
    });
  });

  test('a caption of 1,025 characters, a picture that is none, and a picture that is missing', async () => {
    const fields = { chat_id: '77', photo: 'attach://picture' };
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    expect((await callWithFile('sendPhoto', { ...fields, caption: 'x'.repeat(1025) }, png)).description).toMatch(
      /caption is too long/,
    );
    expect((await callWithFile('sendPhoto', fields, new TextEncoder().encode('<svg/>'))).description).toMatch(
      /IMAGE_PROCESS_FAILED/,
    );
    expect((await callWithFile('sendPhoto', fields)).description).toMatch(/there is no photo/);
    expect(await callWithFile('sendPhoto', { ...fields, caption: 'x' }, png)).toMatchObject({ ok: true });
  });

  test('a bot that a person blocked, with 403', async () => {
    const other = telegram.person({ id: 78, firstName: 'Bob' });
    other.send('hi');
    other.block();
    expect(await call('sendMessage', { chat_id: 78, text: 'x' })).toMatchObject({
      error_code: 403,
      description: 'Forbidden: bot was blocked by the user',
    });
  });
});

describe('its long polling', () => {
  test('gives an update again until it is confirmed by a higher offset', async () => {
    const first = (await call('getUpdates', { timeout: 0 })).result as unknown as { update_id: number }[];
    expect(first.length).toBeGreaterThan(0);
    expect(((await call('getUpdates', { timeout: 0 })).result as unknown as unknown[]).length).toBe(first.length);
    const last = first.at(-1)?.update_id ?? 0;
    expect((await call('getUpdates', { timeout: 0, offset: last + 1 })).result).toEqual([]);
  });

  test('wakes up with a message, and lets only one poller wait', async () => {
    const early = call('getUpdates', { timeout: 20 });
    await telegram.until('the first waits', () => true);
    const late = new Promise<Answer>((resolve) => setImmediate(() => resolve(call('getUpdates', { timeout: 20 }))));
    expect(await early).toMatchObject({
      ok: false,
      error_code: 409,
      description: expect.stringMatching(/terminated by other getUpdates/),
    });
    person.send('news');
    expect((await late).result).toMatchObject([{ message: { text: 'news' } }]);
  });

  test('leaves out what the bot did not ask for', async () => {
    await call('getUpdates', { timeout: 0, offset: 1_000_000, allowed_updates: ['callback_query'] });
    person.send('nobody hears this');
    expect((await call('getUpdates', { timeout: 0 })).result).toEqual([]);
    await call('getUpdates', { timeout: 0, allowed_updates: [] });
  });
});

describe('its HTML', () => {
  test('becomes text and entities as Telegram makes them', () => {
    expect(
      parseHtml('  <b>5 &lt; <i>6</i></b> &amp; <a href="https://x.example">l</a> & <code>c</code> &#128512; '),
    ).toEqual({
      text: '5 < 6 & l & c 😀',
      entities: [
        { type: 'bold', offset: 0, length: 5 },
        { type: 'italic', offset: 4, length: 1 },
        { type: 'text_link', url: 'https://x.example', offset: 8, length: 1 },
        { type: 'code', offset: 12, length: 1 },
      ],
    });
  });

  test.each([
    ['<b>x', /Can't find end tag corresponding to start tag "b"/],
    ['x</b>', /Unexpected end tag at byte offset 1/],
    ['<b><i>x</b></i>', /Unmatched end tag at byte offset 7, expected "<\/i>", found "<\/b>"/],
    ['<div>x</div>', /Unsupported start tag "div" at byte offset 0/],
    ['я < 5', /Unsupported start tag "" at byte offset 3/],
    ['<script>x</script>', /Unsupported start tag "script"/],
  ])('%s is refused', (html, fault) => {
    expect(() => parseHtml(html)).toThrow(fault);
  });
});

describe('its chat page', () => {
  test('is one file with a policy that lets only its own script run', async () => {
    const response = await fetch(telegram.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'/);
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/(?:src|href)="https?:/);
  });

  test('takes messages from itself only', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${telegram.url}/chat/send`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ text: 'hello', language: 'ru' }),
      });
    const json = { 'content-type': 'application/json' };
    expect((await send({ ...json, origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ 'content-type': 'text/plain', origin: telegram.url })).status).toBe(403);
    expect((await send(json)).status).toBe(403);
    expect((await send({ ...json, origin: telegram.url })).status).toBe(200);
    await telegram.until('the message', () =>
      [...(telegram.world.chats.get(1001)?.messages.values() ?? [])].some(({ text }) => text === 'hello'),
    );
  });

  test('answers rubbish with a refusal, not with a crash', async () => {
    for (const body of ['', '{', 'null', '[]', '{"text":5}']) {
      const response = await fetch(`${telegram.url}/chat/send`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: telegram.url },
        body,
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
    expect((await fetch(`${telegram.url}/chat/pictures/../../etc/passwd`)).status).toBe(404);
    expect((await fetch(telegram.url)).status).toBe(200);
  });
});
