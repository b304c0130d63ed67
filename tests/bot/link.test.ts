import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BotFixture, startBotFixture } from './bot-fixture.ts';
import { analyst, viewer } from './fake-graph.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('connecting a chat', () => {
  test.each(['/start', '/menu', '/overview', '/find 17850', '/find', '/unlink', 'hello'])(
    'without it "%s" answers how to get a code',
    async (text) => {
      const answer = await fixture.ask(fixture.person(), text);
      expect(answer.text).toContain('This chat is not connected to an account yet.');
      expect(answer.text).toContain('https://shop.example');
      expect(answer.text).toContain('/start CODE');
    },
  );

  test('a code of the dashboard connects the chat and opens the menu', async () => {
    const person = fixture.person();
    fixture.graph.codes.set('Ab3-x_9Q', analyst);
    const answer = await fixture.ask(person, '/start Ab3-x_9Q');
    expect(answer.text).toContain('✅ Connected. I now answer for Anna (analyst).');
    await fixture.telegram.until('the menu', () =>
      [...person.chat.messages.values()].some(({ text }) => text.includes('What would you like to see?')),
    );
    expect(fixture.graph.links.get(String(person.user.id))).toBe(analyst);
  });

  test('a code works once', async () => {
    fixture.graph.codes.set('once1234', analyst);
    await fixture.ask(fixture.person(), '/start once1234');
    const second = await fixture.ask(fixture.person(), '/start once1234');
    expect(second.text).toContain('That code does not work.');
  });

  test('codes of an impossible shape are refused without asking the graph', async () => {
    const asked = fixture.graph.operations.length;
    for (const code of ['a b', "'; DROP TABLE", 'x'.repeat(65), '../../etc', '<b>']) {
      const answer = await fixture.ask(fixture.person(), `/start ${code}`);
      expect(answer.text).toContain('That code does not work.');
    }
    expect(fixture.graph.operations.slice(asked).filter((name) => name === 'BotLinkTelegramChat')).toEqual([]);
  });

  test('codes cannot be guessed: the sixth try within ten minutes is not looked at', async () => {
    const person = fixture.person();
    for (let attempt = 0; attempt < 5; attempt++) await fixture.ask(person, `/start wrong-${attempt}`);
    fixture.graph.codes.set('right-one', analyst);
    fixture.advance(30);
    const sixth = await fixture.ask(person, '/start right-one');
    expect(sixth.text).toContain('Too many codes');
    expect(fixture.graph.links.has(String(person.user.id))).toBe(false);
    fixture.advance(11 * 60);
    expect((await fixture.ask(person, '/start right-one')).text).toContain('Connected');
  });

  test('a new code moves the chat to another account at once', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.graph.codes.set('move-me1', viewer);
    await fixture.ask(person, '/start move-me1');
    fixture.advance(20);
    const menu = await fixture.ask(person, '/menu');
    expect(menu.text).toContain('I answer for Victor (viewer)');
  });

  test('/unlink asks back, and its button disconnects the chat', async () => {
    const person = fixture.linked();
    const question = await fixture.ask(person, '/unlink');
    expect(question.text).toContain('Disconnect this chat?');
    const done = await fixture.press(person, 'Disconnect');
    expect(done.text).toContain('This chat is disconnected.');
    expect(fixture.graph.links.has(String(person.user.id))).toBe(false);
    expect((await fixture.ask(person, '/menu')).text).toContain('not connected');
  });

  test('an old question disconnects nothing', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/unlink');
    fixture.advance(11 * 60);
    expect((await fixture.press(person, 'Disconnect')).text).toContain('too old');
    expect(fixture.graph.links.has(String(person.user.id))).toBe(true);
  });

  test('a person who blocks the bot is disconnected', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    person.block();
    await vi.waitFor(() => expect(fixture.graph.links.has(String(person.user.id))).toBe(false));
  });
});

describe('the token of a chat', () => {
  test('is asked for once while it lives, and anew shortly before it ends', async () => {
    const person = fixture.linked();
    fixture.graph.tokenSeconds = 120;
    const from = fixture.graph.operations.length;
    const renewals = () =>
      fixture.graph.operations.slice(from).filter((name) => name === 'BotTelegramChatToken').length;
    await fixture.ask(person, '/menu');
    await fixture.ask(person, '/overview');
    expect(renewals()).toBe(1);
    fixture.advance(95);
    await fixture.ask(person, '/menu');
    expect(renewals()).toBe(2);
  });

  test('that is not accepted any more is replaced without the person noticing', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.graph.revokeTokens();
    expect((await fixture.ask(person, '/overview')).text).toContain('Overview');
  });
});
