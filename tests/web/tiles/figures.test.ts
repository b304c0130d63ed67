import { expect, test } from 'vitest';
import { endsOpen, placeOfDay } from '../../../web/src/tiles/revenue/figures.ts';

const at = (...dates: string[]) => dates.map((date) => ({ date }));

test('an unusual day is marked on its own point', () => {
  expect(placeOfDay(at('2011-12-01', '2011-12-02', '2011-12-03'), '2011-12-02', 'DAY')).toBe(1);
  expect(placeOfDay(at('2011-12-01'), '2011-12-02', 'DAY')).toBe(-1);
});

test('by week or month it is marked on the point that holds it', () => {
  const weeks = at('2011-11-21', '2011-11-28', '2011-12-05');
  expect(placeOfDay(weeks, '2011-12-04', 'WEEK')).toBe(1);
  expect(placeOfDay(weeks, '2011-12-09', 'WEEK')).toBe(2);
  expect(placeOfDay(weeks, '2011-11-01', 'WEEK')).toBe(-1);
});

test('a point that the period cuts short is open, a whole one is not', () => {
  expect(endsOpen('2011-12-01', 'MONTH', '2011-12-09', false)).toBe(true);
  expect(endsOpen('2011-12-01', 'MONTH', '2011-12-31', false)).toBe(false);
  expect(endsOpen('2012-02-01', 'MONTH', '2012-02-29', false)).toBe(false);
  expect(endsOpen('2011-12-05', 'WEEK', '2011-12-09', false)).toBe(true);
  expect(endsOpen('2011-12-05', 'WEEK', '2011-12-11', false)).toBe(false);
});

test('a day is open only while it runs', () => {
  expect(endsOpen('2011-12-09', 'DAY', '2011-12-09', false)).toBe(false);
  expect(endsOpen('2011-12-09', 'DAY', '2011-12-09', true)).toBe(true);
  expect(endsOpen('2011-12-05', 'WEEK', '2011-12-11', true)).toBe(true);
});
