import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BotFixture, startBotFixture } from './bot-fixture.ts';
import { analyst } from './fake-graph.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

let nextGroup = -1_000;
const group = () => {
  const owner = fixture.person();
  const member = fixture.person();
  const chat = fixture.telegram.group(nextGroup--, 'Shop team', [owner, member]);
  fixture.graph.links.set(String(chat.chat.id), analyst);
  const said = () => [...chat.messages.values()].filter(({ from }) => from === undefined);
  return { owner, member, chat, said };
};

describe('in a group', () => {
  test('no e-mail address is shown, nor even asked for', async () => {
    const { member, chat, said } = group();
    member.send('/find@shop_data_bot 17850', chat);
    const card = await fixture.telegram.until('the customer', () =>
      said().find(({ text }) => text.includes('Customer 1')),
    );
    expect(card.text).not.toContain('@example.com');
    expect(card.text).toContain('Churn: 91%');
  });

  test('connecting it says that everybody reads along', async () => {
    const { owner, chat, said } = group();
    fixture.graph.codes.set('group-code', analyst);
    owner.send('/start group-code', chat);
    const answer = await fixture.telegram.until('connected', () =>
      said().find(({ text }) => text.includes('Connected')),
    );
    expect(answer.text).toContain('Everybody in this group sees what I answer here.');
  });

  test('what people say to each other, and commands of other bots, are not answered', async () => {
    const { member, chat, said } = group();
    member.send('hello all', chat);
    member.send('/menu@another_bot', chat);
    member.send('/menu', chat);
    await fixture.telegram.until('the menu', () => said().length > 0);
    await fixture.telegram.until('all is taken', () => fixture.telegram.world.pending(1).length === 0);
    expect(said().map(({ text }) => text.split('\n')[0])).toEqual(['Demo shop']);
  });

  test('only those who run it can disconnect it', async () => {
    const { owner, member, chat, said } = group();
    member.send('/unlink', chat);
    await fixture.telegram.until('refused', () => said().some(({ text }) => text.includes('only its administrators')));
    owner.send('/unlink', chat);
    const question = await fixture.telegram.until('asked', () =>
      said().find(({ text }) => text.includes('Disconnect this chat?')),
    );
    member.press('Disconnect', chat);
    await fixture.telegram.until(
      'refused again',
      () => said().filter(({ text }) => text.includes('only its administrators')).length === 2,
    );
    expect(fixture.graph.links.has(String(chat.chat.id))).toBe(true);
    owner.press('Disconnect', chat);
    await fixture.telegram.until('disconnected', () => question.text.includes('This chat is disconnected.'));
    expect(fixture.graph.links.has(String(chat.chat.id))).toBe(false);
  });

  test('throwing the bot out disconnects the group', async () => {
    const { owner, chat } = group();
    owner.remove(chat);
    await vi.waitFor(() => expect(fixture.graph.links.has(String(chat.chat.id))).toBe(false));
  });
});
