import { expect, test } from 'vitest';
import { placeOfDay } from '../../../web/src/tiles/revenue/figures.ts';

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
