import { describe, expect, test } from 'vitest';
import { en } from '../../../web/src/i18n/en.ts';
import { ru } from '../../../web/src/i18n/ru.ts';

type Leaf = [path: string, value: unknown];

function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path ? `${path}.${key}` : key));
}

const russian = new Map(leaves(ru));

describe('the Russian texts', () => {
  test('stand for the same keys as the English ones', () => {
    expect([...russian.keys()]).toEqual(leaves(en).map(([path]) => path));
  });

  test('are Russian: each holds a Cyrillic letter, but for names that have none', () => {
    const foreign = [...russian].filter(
      ([path, value]) => path !== 'product' && typeof value === 'string' && !/[а-яё]/iu.test(value),
    );
    expect(foreign).toEqual([]);
  });

  test('agree with their numbers', () => {
    const plain = (text: string) => text.replaceAll('\u00a0', ' ');
    expect([1, 3, 5, 21, 112].map((n) => plain(ru.customers.total(n)))).toEqual([
      '1 покупатель',
      '3 покупателя',
      '5 покупателей',
      '21 покупатель',
      '112 покупателей',
    ]);
    expect([1, 4, 30].map((n) => plain(ru.customer.recencyDays(n)))).toEqual([
      '1 день назад',
      '4 дня назад',
      '30 дней назад',
    ]);
  });
});

test('the English texts agree with their numbers', () => {
  expect([1, 2].map((n) => en.customers.total(n).replaceAll('\u00a0', ' '))).toEqual(['1 customer', '2 customers']);
});
