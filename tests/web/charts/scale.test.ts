import fc from 'fast-check';
import { expect, test } from 'vitest';
import { niceTicks, tickPlaces } from '../../../web/src/charts/scale.ts';

const figure = fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map((thousandths) => thousandths / 1_000);

test('ticks are round and start at zero', () => {
  expect(niceTicks(0, 43_160, 4)).toEqual([0, 20_000, 40_000, 60_000]);
  expect(niceTicks(0, 0, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('ticks always enclose every value, in even steps, and are about as many as asked for', () => {
  fc.assert(
    fc.property(figure, figure, fc.integer({ min: 1, max: 12 }), (a, b, count) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const ticks = niceTicks(low, high, count);
      const tolerance = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
      expect(ticks[0]!).toBeLessThanOrEqual(Math.min(0, low) + tolerance);
      expect(ticks.at(-1)!).toBeGreaterThanOrEqual(Math.max(0, high) - tolerance);
      expect(ticks.length).toBeLessThanOrEqual(count + 3);
      const step = ticks[1]! - ticks[0]!;
      for (const [index, tick] of ticks.entries()) {
        expect(Math.abs(tick - (ticks[0]! + index * step))).toBeLessThanOrEqual(tolerance);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('labels under an axis are at most as many as fit', () => {
  expect(tickPlaces(28, 4)).toEqual([0, 7, 14, 21]);
  expect(tickPlaces(3, 10)).toEqual([0, 1, 2]);
  expect(tickPlaces(0, 5)).toEqual([]);
});
