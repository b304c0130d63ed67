import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BotFixture, buttonsOf, startBotFixture } from './bot-fixture.ts';
import { analyst, type Mood } from './fake-graph.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture({ graphTimeoutMs: 300 });
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.graph.mood = 'well';
  fixture.graph.down.clear();
});

describe('a graph that does not answer', () => {
  test.each<[Mood, string]>([
    ['silent', 'does not answer right now'],
    ['cut', 'does not answer right now'],
    [502, 'does not answer right now'],
    [503, 'has too much to do'],
    [429, 'has too much to do'],
    ['nonsense', 'Something went wrong'],
  ])('(%s) becomes a plain sentence in place of the view, with a button to try again', async (mood, sentence) => {
    const person = fixture.linked();
    const menu = await fixture.ask(person, '/menu');
    fixture.graph.mood = mood;
    const fault = await fixture.press(person, '📊 Overview');
    expect(fault.id).toBe(menu.id);
    expect(fault.text).toContain(sentence);
    expect(fault.text).not.toMatch(/http|127\.0\.0\.1|Error|undefined/);
    expect(buttonsOf(fault)).toEqual([['⟳ Refresh', '☰ Menu']]);
    fixture.graph.mood = 'well';
    expect((await fixture.press(person, '⟳ Refresh')).text).toContain('Overview · 28 days');
  });

  test('does not let a code be lost without a word', async () => {
    const person = fixture.person({ languageCode: 'ru' });
    fixture.graph.mood = 'cut';
    expect((await fixture.ask(person, '/start ABCD1234')).text).toContain('Граф магазина сейчас не отвечает');
  });

  test('does not stop /help', async () => {
    fixture.graph.mood = 'cut';
    expect((await fixture.ask(fixture.linked(), '/help')).text).toContain('What I can do');
  });
});

describe('a part of the graph that does not answer', () => {
  test('is named as missing, and the rest is shown', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.graph.down.add('shop');
    const overview = await fixture.press(person, '📊 Overview');
    expect(overview.text).toContain('Revenue: £12,345.00');
    expect(overview.text).toContain('A part of the graph did not answer; what it owns is missing here.');
  });

  test('is not taken for an empty list', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.graph.down.add('customers');
    expect((await fixture.press(person, '⚠️ Customers at risk')).text).toContain(
      'There are no churn probabilities right now.',
    );
  });

  test('what an account may not see is said as such', async () => {
    const person = fixture.person({ account: { ...analyst, scopes: [] } });
    expect((await fixture.ask(person, '/menu')).text).toContain('Your account may not see this.');
  });
});

describe('Telegram', () => {
  test('asking to slow down is waited for, and the answer still comes', async () => {
    const person = fixture.linked();
    fixture.telegram.fail('sendMessage', {
      code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    expect((await fixture.ask(person, '/help')).text).toContain('What I can do');
    expect(fixture.telegram.calls.some(({ outcome }) => outcome.startsWith('Too Many Requests'))).toBe(true);
  });

  test('failing while it is polled ends nothing', async () => {
    for (const failure of [
      { code: 502, description: 'Bad Gateway' },
      { code: 500, description: '', cut: true },
      { code: 409, description: 'Conflict: terminated by other getUpdates request' },
      { code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
    ]) {
      fixture.telegram.fail('getUpdates', failure);
      expect((await fixture.ask(fixture.linked(), '/help')).text).toContain('What I can do');
      expect((await fixture.ask(fixture.linked(), '/help')).text).toContain('What I can do');
    }
  });

  test('a press that is too old to be answered is served all the same', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.telegram.fail('answerCallbackQuery', {
      code: 400,
      description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
    });
    expect((await fixture.press(person, '📊 Overview')).text).toContain('Overview');
    expect(fixture.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});
