import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { createSeasonTracker } from '../../../../subgraphs/analytics/src/ml/season-tracker.ts';

const options = { slots: 7, warmRows: 7, clipFromRow: 14, levelRate: 0.1, seasonRate: 0.1, scaleRows: 60 };
const week = [0, 1, 2, 3, 4, 9, -5];

test('learns level and season of a regular series', () => {
  const random = createRandom(1);
  const tracker = createSeasonTracker(options);
  for (let day = 0; day < 280; day++) tracker.learn(day % 7, 50 + week[day % 7]! + 0.3 * random.normal());
  const mean = week.reduce((sum, value) => sum + value, 0) / 7;
  for (let slot = 0; slot < 7; slot++) {
    const { level, season } = tracker.expect(slot);
    expect(level + season).toBeCloseTo(50 + week[slot]!, 0);
    expect(Math.abs(level - 50 - mean)).toBeLessThan(2);
  }
});

test('one wild value hardly moves what is expected next', () => {
  const learn = (wild: number): number => {
    const random = createRandom(2);
    const tracker = createSeasonTracker(options);
    for (let day = 0; day < 140; day++) tracker.learn(day % 7, day === 139 ? wild : 50 + random.normal());
    return tracker.expect(0).level;
  };
  expect(Math.abs(learn(100_000) - learn(50))).toBeLessThan(0.5);
});

test('a lasting change of level is followed in the end', () => {
  const random = createRandom(3);
  const tracker = createSeasonTracker(options);
  for (let day = 0; day < 300; day++) tracker.learn(day % 7, (day < 150 ? 50 : 90) + random.normal());
  const { level, season } = tracker.expect(3);
  expect(level + season).toBeGreaterThan(87);
});
