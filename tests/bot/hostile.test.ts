import type { Person } from '@cda/bot/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BotFixture, botToken, startBotFixture } from './bot-fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const linked = () => fixture.linked();
const said = (person: Person) => fixture.said(person);

describe('buttons', () => {
  test('every press is answered', async () => {
    const person = linked();
    await fixture.ask(person, '/menu');
    const press = person.press('📊 Overview');
    await fixture.telegram.until('the press is answered', () => press.answer);
    expect(press.answer).toEqual({ text: '', alert: false });
  });

  test.each([
    '',
    'm',
    'm.AAAAAAAA',
    'u.zzzz.AAAAAAAA',
    'c.1.x.AAAAAAAA',
    '__proto__.AAAAAAAA',
    '<b>.AAAAAAAA',
    '\u0000',
    'л'.repeat(32),
    'x'.repeat(64),
  ])('forged data %j does nothing but say so', async (data) => {
    const person = linked();
    const menu = await fixture.ask(person, '/menu');
    const asked = fixture.graph.operations.length;
    const press = person.pressData(data, menu);
    await fixture.telegram.until('the press is answered', () => press.answer);
    expect(press.answer?.text).toBe('This button is not valid here. /menu opens a fresh one.');
    expect(menu.edits).toBe(0);
    expect(fixture.graph.operations).toHaveLength(asked);
  });

  test('data of another chat leads nowhere', async () => {
    const anna = linked();
    const eve = linked();
    const hers = await fixture.ask(anna, '/menu');
    const mine = await fixture.ask(eve, '/menu');
    const foreign = hers.keyboard?.inline_keyboard[0]?.[0];
    const press = eve.pressData(foreign && 'callback_data' in foreign ? (foreign.callback_data ?? '') : '', mine);
    await fixture.telegram.until('the press is answered', () => press.answer);
    expect(press.answer?.text).toContain('not valid here');
    expect(mine.edits).toBe(0);
  });

  test('the same press twice changes nothing the second time, and nobody hears of it', async () => {
    const person = linked();
    await fixture.ask(person, '/menu');
    const models = await fixture.press(person, '🧠 Models');
    const again = person.press('⟳ Refresh');
    await fixture.telegram.until('the refused edit', () =>
      fixture.telegram.calls.some(
        ({ outcome, parameters }) =>
          outcome.includes('message is not modified') && parameters['chat_id'] === person.user.id,
      ),
    );
    expect(again.answer?.text).toBe('');
    expect(models.edits).toBe(1);
    expect(said(person)).toHaveLength(1);
    expect(fixture.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('a message that was deleted meanwhile is replaced by a new one', async () => {
    const person = linked();
    const menu = await fixture.ask(person, '/menu');
    const last = person.chat.nextMessageId;
    person.press('📊 Overview');
    person.chat.messages.delete(menu.id);
    await fixture.telegram.until('a new message', () =>
      said(person).some(({ id, text }) => id >= last && text.includes('Overview')),
    );
  });

  test('carry at most 64 bytes whatever ids the shop has', async () => {
    const person = linked();
    const [customer] = fixture.graph.shop.customers;
    if (!customer) throw new Error('no customer');
    const { id } = customer;
    customer.id = Buffer.from(`Customer:u:${'x'.repeat(500)}`).toString('base64url');
    try {
      await fixture.ask(person, '/menu');
      await fixture.press(person, '⚠️ Customers at risk');
      expect((await fixture.press(person, '1')).text).toContain('17850');
    } finally {
      customer.id = id;
    }
  });
});

describe('texts', () => {
  test('of a shop never become markup', async () => {
    const person = linked();
    const [customer] = fixture.graph.shop.customers;
    if (!customer) throw new Error('no customer');
    const { name } = customer;
    customer.name = '<a href="https://evil.example">Bob</a> & <script>alert(1)</script>\u202Egnp.exe\n\n*x* _y_ [z](w)';
    try {
      await fixture.ask(person, '/menu');
      await fixture.press(person, '⚠️ Customers at risk');
      const card = await fixture.press(person, '1');
      expect(card.text.split('\n')[0]).toContain('<a href="https://evil.example">Bob</a> & <script>');
      expect(card.text).not.toContain('\u202E');
      expect(card.entities.filter(({ type }) => type === 'text_link')).toEqual([]);
    } finally {
      customer.name = name;
    }
  });

  test('longer than Telegram takes are cut, and still say how old they are', async () => {
    const person = linked();
    const [segment] = fixture.graph.shop.segments;
    if (!segment) throw new Error('no segment');
    const more = Array.from({ length: 90 }, (_, place) => ({
      ...segment,
      id: `segment-${place}`,
      name: () => `${place} ${'<&>'.repeat(100)}`,
    }));
    const kept = fixture.graph.shop.data.segments;
    fixture.graph.shop.data.segments = more as unknown as typeof kept;
    try {
      await fixture.ask(person, '/menu');
      const list = await fixture.press(person, '👥 Segments');
      expect(list.text.length).toBeLessThanOrEqual(4096);
      expect(list.text).toContain('\n…\n');
      expect(list.text).toContain('As of 23 Nov 2026');
    } finally {
      fixture.graph.shop.data.segments = kept;
    }
  });

  test('of 4,096 characters and odd signs are answered like any other', async () => {
    for (const text of [
      'x'.repeat(4096),
      '\u0000',
      '\ud800',
      '/find \ud800\udc00\ud800',
      `/find ${'9'.repeat(4000)}`,
      '/start \u202e',
      '/',
    ]) {
      const answer = await fixture.ask(linked(), text);
      expect(answer.text.length).toBeGreaterThan(0);
    }
    expect(fixture.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('/find with markup in the id answers with that very id', async () => {
    const answer = await fixture.ask(linked(), '/find <b>1</b>');
    expect(answer.text).toContain('There is no customer with the id <b>1</b>.');
  });

  test('/find offers the ids that begin with what was typed', async () => {
    const answer = await fixture.ask(linked(), '/find 1785');
    expect(answer.text).toContain('Ids that begin with it:\n/find 17850\n/find 17851');
  });
});

describe('a flood', () => {
  test('from one chat is answered once with a request to slow down, then dropped; others are served', async () => {
    const eve = linked();
    const anna = linked();
    const before = fixture.graph.operations.length;
    for (let count = 0; count < 200; count++) eve.send('/overview');
    const menu = await fixture.ask(anna, '/menu');
    expect(menu.text).toContain('What would you like to see?');
    await fixture.telegram.until('the flood is over', () =>
      said(eve).some(({ text }) => text.includes('Slowly, please')),
    );
    await fixture.telegram.until('all updates are taken', () => fixture.telegram.world.pending(1).length === 0);
    expect(said(eve).filter(({ text }) => text.includes('Slowly, please'))).toHaveLength(1);
    expect(fixture.graph.operations.slice(before).filter((name) => name === 'BotOverview').length).toBeLessThanOrEqual(
      15,
    );
    fixture.advance(60);
    eve.send('/help');
    await fixture.telegram.until('help', () => said(eve).some(({ text }) => text.includes('What I can do')));
  });
});

describe('the log', () => {
  test('never holds the token, whatever fails', async () => {
    const person = linked();
    for (const failure of [
      { code: 403, description: 'Forbidden: bot was blocked by the user' },
      { code: 400, description: `Bad Request: something about ${botToken}` },
      { code: 500, description: 'Internal Server Error', cut: true },
    ]) {
      const from = fixture.telegram.calls.length;
      fixture.telegram.fail('sendMessage', { ...failure, times: 2 });
      person.send('/menu');
      await fixture.telegram.until('the failed call', () =>
        fixture.telegram.calls.slice(from).some(({ method, outcome }) => method === 'sendMessage' && outcome !== 'ok'),
      );
      await fixture.telegram.until('nothing is pending', () => fixture.telegram.world.pending(1).length === 0);
    }
    fixture.telegram.fail('sendMessage', { code: 0, description: '', times: 0 });
    fixture.advance(60);
    await fixture.ask(linked(), '/help');
    expect(
      fixture.logged.some((line) => line.includes('an update failed') || line.includes('can not be answered')),
    ).toBe(true);
    expect(fixture.logged.join('\n')).not.toContain(botToken.split(':')[1]);
  });
});

test('a button with 65 bytes of data is refused by the simulator, so the limit is really tried', async () => {
  const person = linked();
  await fixture.ask(person, '/menu');
  const keyboard = { inline_keyboard: [[{ text: 'x', callback_data: 'y'.repeat(65) }]] };
  await expect(fixture.bot.api.sendMessage(person.user.id, 'x', { reply_markup: keyboard })).rejects.toThrow(
    'BUTTON_DATA_INVALID',
  );
});
