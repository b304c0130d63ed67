import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { judgeDays } from '../../../../subgraphs/analytics/src/ml/daily-detector.ts';

const options = { levelRate: 0.1, seasonRate: 0.1, floor: 0.5 };
const week = [1, 0.9, 0.9, 1, 1.3, 1.6, 0.7];

/** Orders a day of a shop that grows by a third in 300 days, with a weekly rhythm. */
function orders(seed: number, days = 300): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: days }, (_, day) => {
    const mean = 60 * week[day % 7]! * (1 + day / 900);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  });
}
const alarmDays = (values: Float64Array, more: object = {}): number[] => {
  const { alarm } = judgeDays(values, 0, { ...options, ...more });
  return [...alarm.keys()].filter((day) => alarm[day] === 1);
};

test('ordinary days are no alarms, and an outage, a rush and a quiet Saturday are', () => {
  let falseAlarms = 0;
  for (let seed = 1; seed <= 20; seed++) falseAlarms += alarmDays(orders(seed)).length;
  expect(falseAlarms).toBeLessThanOrEqual(3);
  const values = orders(21);
  values[200] = 0;
  values[230] = 190;
  // 61 orders are a good Wednesday; day 257 is a Saturday.
  values[257] = 61;
  const { score } = judgeDays(values, 0, options);
  expect(alarmDays(values)).toEqual([200, 230, 257]);
  expect([Math.sign(score[200]!), Math.sign(score[230]!), Math.sign(score[257]!)]).toEqual([-1, 1, -1]);
});

test('level and weekday add up to the expected value, which lies in the usual', () => {
  const { expected, level, season, low, high } = judgeDays(orders(2), 0, options);
  expected.forEach((value, day) => {
    expect(level[day]! + season[day]!).toBeCloseTo(value, 9);
    expect(low[day]).toBeLessThanOrEqual(value);
    expect(high[day]).toBeGreaterThanOrEqual(value);
  });
  // Sundays take away, Saturdays add.
  expect(season[293 - (293 % 7) + 5]!).toBeGreaterThan(0);
  expect(season[293 - (293 % 7) + 6 - 7]!).toBeLessThan(0);
});

test('three usual deviations hold nearly all ordinary days', () => {
  const values = orders(3);
  const { low, high } = judgeDays(values, 0, options);
  const inside = [...values.keys()].filter(
    (day) => day >= 60 && values[day]! >= low[day]! && values[day]! <= high[day]!,
  );
  expect(inside.length / 240).toBeGreaterThan(0.98);
});

test('alarms in a row on one side are one, the other side is another', () => {
  const values = orders(4);
  for (let day = 200; day < 206; day++) values[day] = 10;
  values[207] = 300;
  expect(alarmDays(values)).toEqual([200, 207]);
});

test('one wild day changes neither what the next ones are expected to bring nor how much is usual', () => {
  const calm = orders(5);
  const wild = calm.slice();
  wild[150] = 5000;
  const before = judgeDays(calm, 0, options);
  const after = judgeDays(wild, 0, options);
  expect(Math.abs(after.expected[157]! - before.expected[157]!) / before.expected[157]!).toBeLessThan(0.12);
  expect(after.deviation[157]! / before.deviation[157]!).toBeLessThan(1.1);
});

test('nothing is judged before every weekday was seen four times', () => {
  const values = orders(6);
  values[20] = 0;
  const { score } = judgeDays(values, 0, options);
  expect(score.subarray(0, 28).every(Number.isNaN)).toBe(true);
  expect(score.subarray(28).some(Number.isNaN)).toBe(false);
});

test('closed days, days without a value, flat, empty and single series give no NaN where a number is promised', () => {
  const closed = orders(7).map((value, day) => (day % 7 === 6 ? 0 : value));
  expect(alarmDays(closed).filter((day) => day % 7 === 6)).toEqual([]);
  const holes = orders(8).map((value, day) => (day % 11 === 0 ? Number.NaN : value));
  const judged = judgeDays(holes, 0, options);
  expect(judged.expected.every(Number.isFinite)).toBe(true);
  expect(judged.score[110]).toBeNaN();
  expect(alarmDays(new Float64Array(100))).toEqual([]);
  expect(alarmDays(new Float64Array(100).fill(5), { floor: 0 })).toEqual([]);
  expect(judgeDays(new Float64Array(0), 0, options).expected).toHaveLength(0);
  const step = new Float64Array(100).fill(5);
  step[80] = 6;
  const { score } = judgeDays(step, 0, { ...options, floor: 0 });
  expect(Math.abs(score[80]!)).toBeLessThanOrEqual(99);
});

test('only the past counts', () => {
  const values = orders(9);
  const whole = judgeDays(values, 0, options);
  const part = judgeDays(values.subarray(0, 200), 0, options);
  expect([...part.score]).toEqual([...whole.score.subarray(0, 200)]);
});
