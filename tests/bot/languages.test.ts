import { startBot } from '@cda/bot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../bot/src/i18n/en.ts';
import { ru } from '../../bot/src/i18n/ru.ts';
import { type BotFixture, botToken, startBotFixture } from './bot-fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const linked = (languageCode = 'en') => fixture.linked({ languageCode });

describe('the language', () => {
  test.each([
    ['ru', 'Что показать?'],
    ['ru-RU', 'Что показать?'],
    ['en', 'What would you like to see?'],
    ['de', 'What would you like to see?'],
  ])('of a person whose app speaks %s', async (code, question) => {
    expect((await fixture.ask(linked(code), '/menu')).text).toContain(question);
  });

  test('is Russian in figures, nouns, names of the shop and the graph’s own texts', async () => {
    const person = linked('ru');
    const menu = await fixture.ask(person, '/menu');
    expect(menu.text).toContain('Отвечаю от имени Anna (аналитик).');
    const overview = await fixture.press(person, '📊 Обзор');
    expect(overview.text).toMatch(/Выручка: 12\s345,00\s£ {2}🟢 ▲ 23\s%/);
    expect(overview.text).toMatch(
      /По данным на 23 нояб\. 2026\sг\., 03:10 GMT\+0 · 27 минут назад · демонстрационный магазин/,
    );
    await fixture.press(person, '☰ Меню');
    await fixture.press(person, '⚠️ Покупатели под угрозой');
    const customer = await fixture.press(person, '1');
    expect(customer.text).toContain('3 заказа, последний заказ 40 дней назад');
    expect(customer.text).toContain('▲ Нет заказов 40 дней');
    expect(customer.text).toContain('1. Кружка 1');
  });

  test('is switched by a button, in place, with the command list', async () => {
    const person = linked('ru');
    const menu = await fixture.ask(person, '/menu');
    const switched = await fixture.press(person, '🌐 English');
    expect(switched.id).toBe(menu.id);
    expect(switched.text).toContain('What would you like to see?');
    expect(fixture.telegram.world.commands.get(`chat:${person.user.id}:`)?.[0]?.description).toBe(en.commands.menu);
  });

  test('is remembered by a bot that starts anew', async () => {
    const person = linked('ru');
    await fixture.ask(person, '/language');
    await fixture.press(person, 'English');
    await fixture.bot[Symbol.asyncDispose]();
    const second = await startBot({
      token: botToken,
      apiRoot: fixture.telegram.apiRoot,
      graphUrl: fixture.graph.url,
      serviceToken: fixture.graph.serviceToken,
      publicUrl: 'https://shop.example',
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    try {
      expect((await fixture.ask(person, '/help')).text).toContain('What I can do');
      expect((await fixture.ask(linked('ru'), '/help')).text).toContain('Что я умею');
    } finally {
      await second?.[Symbol.asyncDispose]();
    }
  });

  test('has its own list of commands and description at Telegram', () => {
    const { commands, descriptions } = fixture.telegram.world;
    expect(commands.get('default::')?.map(({ command }) => command)).toEqual([
      'menu',
      'overview',
      'experiments',
      'find',
      'language',
      'help',
      'unlink',
    ]);
    expect(commands.get('default::ru')?.[0]?.description).toBe(ru.commands.menu);
    expect(descriptions.get('ru')).toBe(ru.description);
    expect(descriptions.get('')).toBe(en.description);
  });
});

test('Russian has every plural form that its numbers need', () => {
  expect([1, 2, 5, 11, 21, 104].map(ru.counts.days)).toEqual([
    '1 день',
    '2 дня',
    '5 дней',
    '11 дней',
    '21 день',
    '104 дня',
  ]);
  expect([0, 1, 2].map(en.counts.orders)).toEqual(['0 orders', '1 order', '2 orders']);
});

test('texts of buttons are short enough for half a phone’s width', () => {
  for (const { menu } of [en, ru]) {
    for (const text of Object.values(menu)) if (typeof text === 'string') expect(text.length).toBeLessThan(34);
  }
});
