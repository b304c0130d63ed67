import { expect, test } from 'vitest';
import { readableFeatures } from '../../../../subgraphs/users/src/features/churn-windows.ts';
import { describeChurnRule } from '../../../../subgraphs/users/src/models/churn-reasons.ts';

const say = (...conditions: { feature: (typeof readableFeatures)[number]; atLeast?: number; below?: number }[]) => {
  const { en, ru } = describeChurnRule(
    {
      conditions: conditions.map(({ feature, ...bounds }) => ({
        column: readableFeatures.indexOf(feature),
        ...bounds,
      })),
      rows: 10,
      share: 0.5,
    },
    readableFeatures,
  );
  return [en, ru];
};

test('a rule is a sentence', () => {
  expect(say({ feature: 'recencyDays', atLeast: 102.5 }, { feature: 'orders', below: 3 })).toEqual([
    'The latest order was at least 103 days ago, and there have been fewer than 3 orders.',
    'Последний заказ был не меньше 103 дней назад, и всего сделано меньше 3 заказов.',
  ]);
});

test('two bounds of one feature share their unit, and one is singular', () => {
  expect(say({ feature: 'tenureDays', atLeast: 30, below: 61 })).toEqual([
    'The first order was at least 30 but less than 61 days ago.',
    'Первый заказ был не меньше 30, но меньше 61 дня назад.',
  ]);
  expect(say({ feature: 'visitDays30', atLeast: 0.5 })[0]).toBe('There were visits on at least 1 day of the last 30.');
  expect(say({ feature: 'couponShare', atLeast: 0.2 })[1]).toBe('С купоном сделано не меньше 20 % заказов.');
});

test('less than one is none', () => {
  expect(say({ feature: 'orderDays90', below: 0.5 })).toEqual([
    'There was no order in the last 90 days.',
    'За последние 90 дней заказов не было.',
  ]);
});

test('every feature of the tree has words', () => {
  for (const feature of readableFeatures) {
    for (const text of say({ feature, atLeast: 0.3 })) expect(text).not.toContain(feature);
  }
});
