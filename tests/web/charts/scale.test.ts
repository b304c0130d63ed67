import fc from 'fast-check';
import { expect, test } from 'vitest';
import { niceTicks, tickPlaces } from '../../../web/src/charts/scale.ts';

test('ticks are round and start at zero', () => {
  expect(niceTicks(0, 43_160, 4)).toEqual([0, 20_000, 40_000, 60_000]);
  expect(niceTicks(0, 0, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('ticks always enclose every value, in even steps', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      (a, b, count) => {
        fc.pre(Math.abs(a) > 1e-6 && Math.abs(b) > 1e-6);
        const [low, high] = a < b ? [a, b] : [b, a];
        const ticks = niceTicks(low, high, count);
        const tolerance = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
        expect(ticks[0]!).toBeLessThanOrEqual(Math.min(0, low) + tolerance);
        expect(ticks.at(-1)!).toBeGreaterThanOrEqual(Math.max(0, high) - tolerance);
        expect(ticks.length).toBeLessThanOrEqual(count + 3);
      },
    ),
  );
});

test('labels under an axis are at most as many as fit', () => {
  expect(tickPlaces(28, 4)).toEqual([0, 7, 14, 21]);
  expect(tickPlaces(3, 10)).toEqual([0, 1, 2]);
  expect(tickPlaces(0, 5)).toEqual([]);
});
