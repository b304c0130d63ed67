import { expect, test } from 'vitest';
import { historyBefore } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { buyers, trendDays, trendsAt } from '../../../../subgraphs/recommendations/src/ml/popularity.ts';
import { toProfile } from '../../../../subgraphs/recommendations/src/ml/profile.ts';
import { expectedGapDays, fitReBuy } from '../../../../subgraphs/recommendations/src/ml/re-buy.ts';
import { toInteractions } from '../planted-shop.ts';

const data = toInteractions(3, 3, [
  { customer: 0, product: 0, day: 10 },
  { customer: 0, product: 0, day: 10.5, order: 7 },
  { customer: 1, product: 0, day: 17 },
  { customer: 2, product: 1, day: 17, kind: 'view' },
  { customer: 2, product: 2, day: 24 },
]);

test('trends count buyers before the day, each once a day, and decay', () => {
  const trends = trendsAt(data, [17.9, 10, 24, 31]);
  const week = trendDays.indexOf(7);
  expect([...trends.get(10)![week]!]).toEqual([0, 0, 0]);
  expect(trends.get(17)![week]![0]).toBeCloseTo(Math.exp(-1), 12);
  expect(trends.get(24)![week]![0]).toBeCloseTo(Math.exp(-2) + Math.exp(-1), 12);
  expect([...trends.get(31)![week]!.slice(1)]).toEqual([0, Math.exp(-1)]);
});

test('buyers are counted once a product', () => {
  expect([...buyers(data)]).toEqual([2, 0, 1]);
});

test('a typical interval is the median, and a customer with one of their own leans towards it', () => {
  const deeds = [20, 20, 30].flatMap((gap, customer) => [
    { customer, product: 0, day: 1 },
    { customer, product: 0, day: 1 + gap },
  ]);
  deeds.push({ customer: 3, product: 0, day: 5 });
  const repeat = toInteractions(4, 1, deeds);
  const intervals = fitReBuy(repeat, 100);
  expect(intervals.gapDays[0]).toBe(20);
  const gap = (customer: number) => expectedGapDays(toProfile(historyBefore(repeat, customer, 50), 50), 0, intervals);
  expect(gap(3)).toBe(20);
  expect(gap(2)).toBeGreaterThan(20);
  expect(gap(2)).toBeLessThan(30);
});
