import { describe, expect, test } from 'vitest';
import { createFormats } from '../../../web/src/format/formats.ts';

const make = (language: string, currency: string, timeZone: string) =>
  createFormats({ language, currency, timeZone, justNow: 'now' });
const english = make('en-GB', 'GBP', 'Europe/London');
const russian = make('ru-RU', 'RUB', 'Europe/Moscow');
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  test('is minor units of its own currency', () => {
    expect(english.money({ amountMinor: 123_456, currency: 'GBP' })).toBe('£1,234.56');
    expect(plain(russian.money({ amountMinor: 123_456, currency: 'RUB' }))).toBe('1 234,56 ₽');
  });

  test('of a currency without minor units is not divided', () => {
    expect(english.money({ amountMinor: 1_250, currency: 'JPY' })).toBe('¥1,250');
  });

  test('of a currency with three digits is divided by a thousand', () => {
    expect(plain(english.money({ amountMinor: 1_250, currency: 'BHD' }))).toBe('BHD 1.250');
  });

  test('can be whole or short', () => {
    expect(english.money({ amountMinor: 123_456_789, currency: 'GBP' }, 'whole')).toBe('£1,234,568');
    expect(english.money({ amountMinor: 123_456_789, currency: 'GBP' }, 'compact')).toBe('£1.23m');
  });
});

describe('time', () => {
  test('of a moment is cut in the shop’s time zone', () => {
    expect(english.moment('2011-12-08T23:30:00.000Z')).toBe('8 Dec 2011, 23:30');
    expect(plain(russian.momentDay('2011-12-08T23:30:00.000Z'))).toBe('9 дек. 2011 г.');
  });

  test('of a calendar day moves in no zone', () => {
    expect(make('en-GB', 'USD', 'Pacific/Honolulu').day('2011-12-09')).toBe('9 Dec 2011');
    expect(make('en-GB', 'USD', 'Pacific/Kiritimati').day('2011-12-09')).toBe('9 Dec 2011');
  });

  test('ago is by the largest whole unit', () => {
    const now = Date.parse('2026-01-10T12:00:00Z');
    expect(english.ago('2026-01-10T11:59:40Z', now)).toBe('now');
    expect(english.ago('2026-01-10T09:30:00Z', now)).toBe('2 hours ago');
    expect(plain(russian.ago('2026-01-05T12:00:00Z', now))).toBe('5 дней назад');
  });
});

test('a small part keeps a digit, a large one does not', () => {
  expect(english.percent(0.0364)).toBe('3.6%');
  expect(english.percent(0.364)).toBe('36%');
});

test('a change always has its sign', () => {
  expect(english.change(0.123)).toBe('+12%');
  expect(english.change(-0.051)).toBe('\u22125.1%');
});

describe('what is less than nothing', () => {
  test('has the true minus, whatever it counts', () => {
    expect(english.decimal(-1.86)).toBe('\u22121.86');
    expect(english.fixed(-1.5, 2)).toBe('\u22121.50');
    expect(english.signed(-0.25)).toBe('\u22120.25');
    expect(english.count(-1_200)).toBe('\u22121,200');
    expect(english.compact(-1_200)).toBe('\u22121.2k');
    expect(english.percent(-0.5)).toBe('\u221250%');
    expect(english.minor(-250)).toBe('\u2212£2.50');
    expect(plain(russian.minor(-250))).toBe('\u22122,50 ₽');
    expect(russian.decimal(-1.86)).toBe('\u22121,86');
  });

  test('leaves no sign where it rounds to nothing', () => {
    expect(english.decimal(-0.001)).toBe('0');
  });
});

test('the year of a Russian date is not parted from its mark', () => {
  for (const text of [
    russian.day('2011-12-09'),
    russian.weekday('2011-12-09'),
    russian.month('2011-12-09'),
    russian.moment('2011-12-08T23:30:00.000Z'),
    russian.momentDay('2011-12-08T23:30:00.000Z'),
  ]) {
    expect(text).toMatch(/2011\u00a0г\./);
  }
});
