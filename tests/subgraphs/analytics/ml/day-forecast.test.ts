import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { forecastFrom } from '../../../../subgraphs/analytics/src/ml/day-forecast.ts';

const rates = { level: 0.1, trend: 0, season: 0.1, damping: 0, year: 0 };
const week = [1, 0.9, 0.9, 1, 1.3, 1.6, 0.7];
const weekly = (days: number, noise: number, seed = 1, course = (_: number) => 1): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: days }, (_, day) =>
    Math.max(0, 100 * week[day % 7]! * course(day) * (1 + noise * random.normal())),
  );
};

test('a regular week is carried on, and its parts add up', () => {
  const [path] = forecastFrom(weekly(140, 0), 0, rates, [139], 14);
  for (let h = 0; h < 14; h++) {
    expect(Math.abs(path!.root[h]! ** 2 / (100 * week[h % 7]!) - 1)).toBeLessThan(0.03);
    expect(path!.level[h]! + path!.week[h]! + path!.year[h]!).toBeCloseTo(path!.root[h]!, 9);
  }
});

test('a path sees nothing after its origin', () => {
  const values = weekly(200, 0.1);
  const [early] = forecastFrom(values, 0, rates, [120, 180], 28);
  const [alone] = forecastFrom(values.subarray(0, 121), 0, rates, [120], 28);
  expect(early).toEqual(alone);
  const yearly = { ...rates, year: 1 };
  const long = weekly(800, 0.1);
  expect(forecastFrom(long, 0, yearly, [500, 700], 28)[0]).toEqual(
    forecastFrom(long.subarray(0, 501), 0, yearly, [500], 28)[0],
  );
});

test('the course of last year is expected again where the rates want it', () => {
  const course = (day: number): number => (day % 364 >= 300 && day % 364 < 330 ? 1.8 : 1);
  const values = weekly(364 + 298, 0.02, 2, course);
  const at = (year: number): number =>
    forecastFrom(values, 0, { ...rates, year }, [values.length - 1], 28)[0]!.root.reduce(
      (sum, root) => sum + root ** 2,
      0,
    );
  const truth = Array.from(
    { length: 28 },
    (_, h) => 100 * week[(values.length + h) % 7]! * course(values.length + h),
  ).reduce((a, b) => a + b, 0);
  expect(Math.abs(at(1) / truth - 1)).toBeLessThan(0.1);
  expect(at(0) / truth).toBeLessThan(0.65);
});

test('one wild day hardly moves what follows, and days without a value are passed over', () => {
  const calm = weekly(150, 0.05);
  const wild = calm.slice();
  wild[148] = 50_000;
  const total = (values: Float64Array): number =>
    forecastFrom(values, 0, rates, [149], 28)[0]!.root.reduce((sum, root) => sum + root ** 2, 0);
  expect(Math.abs(total(wild) / total(calm) - 1)).toBeLessThan(0.06);
  const holes = calm.map((value, day) => (day % 9 === 4 ? Number.NaN : value));
  expect(Number.isFinite(total(holes))).toBe(true);
  expect(Math.abs(total(holes) / total(calm) - 1)).toBeLessThan(0.1);
});

test('nothing sold gives a forecast of nothing', () => {
  const [path] = forecastFrom(new Float64Array(60), 0, rates, [59], 7);
  expect([...path!.root]).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
