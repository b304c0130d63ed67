import { wilsonInterval } from '@cda/platform/ml/wilson-interval.ts';
import { expect, test } from 'vitest';

test('gives the published interval of one in ten', () => {
  const { value, low, high } = wilsonInterval(1, 10);
  expect(value).toBe(0.1);
  expect(low).toBeCloseTo(0.0179, 4);
  expect(high).toBeCloseTo(0.4042, 4);
});

test('stays between 0 and 1 at the ends, and says how little few trials tell', () => {
  expect(wilsonInterval(0, 5)).toMatchObject({ value: 0, low: 0 });
  expect(wilsonInterval(0, 5).high).toBeCloseTo(0.4345, 3);
  expect(wilsonInterval(7, 5)).toMatchObject({ value: 1, high: 1 });
  expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
});
