import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFloodGuard } from '../../bot/src/flood.ts';
import { isPublicAddress } from '../../bot/src/handlers/menu.ts';
import { change } from '../../bot/src/handlers/overview.ts';
import { en } from '../../bot/src/i18n/en.ts';
import { formatFor } from '../../bot/src/i18n/format.ts';
import { createCallbackData, digestOf } from '../../bot/src/keyboards/callback-data.ts';
import { captionLimit, fitLines, messageLimit } from '../../bot/src/messages/fit.ts';
import { html, oneLine } from '../../bot/src/messages/html.ts';
import { parseHtml } from '../../bot/src/simulator/html-entities.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('texts for Telegram', () => {
  test('any text put into a template comes out as that very text, and nothing more', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text, 1_000);
        const { text: seen, entities } = parseHtml(html`<b>x</b>${line}`.html);
        expect(seen).toBe(`x${line}`.trim());
        expect(entities).toHaveLength(1);
      }),
    );
  });

  test('any lines fit into a message and a caption, stay well-formed, and keep the last line', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 60 }), fc.constantFrom(messageLimit, captionLimit), (texts, limit) => {
        const body = texts.map((text) => html`<b>${oneLine(text, 90)}</b>`);
        const { text } = parseHtml(fitLines(body, [html`<i>as of</i>`], limit));
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.endsWith('as of')).toBe(true);
      }),
    );
  });

  test('one line stays one line, without signs that turn text around', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 50 }), (text, limit) => {
        const line = oneLine(text, limit);
        expect(Array.from(line).length).toBeLessThanOrEqual(limit);
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('data of buttons', () => {
  const callbacks = createCallbackData('1:token');

  test('comes back as it was written, in its own chat only', () => {
    const word = fc.stringMatching(/^[\w-]{1,10}$/);
    fc.assert(
      fc.property(fc.integer(), word, fc.array(word, { maxLength: 3 }), (chatId, view, args) => {
        const data = callbacks.write(chatId, { view, args });
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
        expect(callbacks.read(chatId, data)).toEqual({ view, args });
        expect(callbacks.read(chatId + 1, data)).toBeUndefined();
        expect(createCallbackData('2:token').read(chatId, data)).toBeUndefined();
      }),
    );
  });

  test('is not accepted with one character changed', () => {
    const data = callbacks.write(5, { view: 'c', args: ['1', digestOf('x')] });
    for (let at = 0; at < data.length; at++) {
      const forged = `${data.slice(0, at)}${data[at] === 'A' ? 'B' : 'A'}${data.slice(at + 1)}`;
      expect(callbacks.read(5, forged)).toBeUndefined();
    }
  });

  test('any other text is no route', () => {
    fc.assert(
      fc.property(anyText, fc.integer(), (data, chatId) => {
        expect(callbacks.read(chatId, data)).toBeUndefined();
      }),
    );
  });

  test('longer than a button carries is a fault of the view that made it', () => {
    expect(() => callbacks.write(1, { view: 'c', args: ['x'.repeat(60)] })).toThrow(RangeError);
    expect(() => callbacks.write(1, { view: 'c', args: ['a b'] })).toThrow(RangeError);
  });
});

describe('figures', () => {
  test('money goes by the decimals of its currency', () => {
    const { money } = formatFor('EN');
    expect(money({ amountMinor: 123_456, currency: 'GBP' })).toBe('£1,234.56');
    expect(money({ amountMinor: 123_456, currency: 'JPY' })).toBe('¥123,456');
    expect(money({ amountMinor: 123_456, currency: 'KWD' })).toMatch(/123\.456/);
    expect(money({ amountMinor: -50, currency: 'GBP' })).toBe('-£0.50');
  });

  test('a change knows when up is bad, and that nothing before is new', () => {
    const { format, words } = { format: formatFor('EN'), words: en };
    expect(change(120, 100, true, words, format)).toBe('  🟢 ▲ 20%');
    expect(change(120, 100, false, words, format)).toBe('  🔴 ▲ 20%');
    expect(change(95, 100, true, words, format)).toBe('  🔴 ▼ 5.0%');
    expect(change(120, 100, undefined, words, format)).toBe('  ▲ 20%');
    expect(change(5, 0, true, words, format)).toBe(' · new');
    expect(change(0, 0, true, words, format)).toBe('');
    expect(change(-50, -100, true, words, format)).toBe('  🟢 ▲ 50%');
  });

  test('an age is said in whole units', () => {
    const { ago } = formatFor('EN');
    const now = new Date('2026-11-23T12:00:00Z');
    expect(ago('2026-11-23T11:59:50Z', now)).toBeUndefined();
    expect(ago('2026-11-23T11:59:00Z', now)).toBe('1 minute ago');
    expect(ago('2026-11-23T09:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-11-13T12:00:00Z', now)).toBe('10 days ago');
    expect(ago('2026-11-23T13:00:00Z', now)).toBeUndefined();
  });
});

test.each([
  ['https://shop.example', true],
  ['https://shop.example:8443/x', true],
  ['http://shop.example', false],
  ['http://localhost:4000', false],
  ['https://127.0.0.1', false],
  ['https://[::1]:4000', false],
])('a button to %s is offered: %s', (url, offered) => {
  expect(isPublicAddress(url)).toBe(offered);
});

test('the flood guard lets a burst through, warns once, drops the rest, and forgives with time', () => {
  let now = 0;
  const guard = createFloodGuard(() => now, { burst: 3, perSecond: 1 });
  expect(Array.from({ length: 6 }, () => guard(1))).toEqual(['ANSWER', 'ANSWER', 'ANSWER', 'WARN', 'DROP', 'DROP']);
  expect(guard(2)).toBe('ANSWER');
  now += 1_000;
  expect([guard(1), guard(1)]).toEqual(['ANSWER', 'DROP']);
  now += 60_000;
  expect(Array.from({ length: 4 }, () => guard(1))).toEqual(['ANSWER', 'ANSWER', 'ANSWER', 'WARN']);
});
