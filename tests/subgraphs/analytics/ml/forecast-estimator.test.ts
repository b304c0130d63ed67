import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { forecastDays, train } from '../../../../subgraphs/analytics/src/ml/forecast-estimator.ts';
import { sharedData } from '../../../data-folder.ts';
import { loadOnlineRetailDays } from '../online-retail-days.ts';

const onlineRetail = sharedData('online-retail-2010-2011.csv.gz');
const quiet = { progress: () => {} };

function shop(days: number, ceiling = Number.POSITIVE_INFINITY, scale = 1) {
  const random = createRandom(3);
  const values = Float64Array.from({ length: days }, (_, day) => {
    const mean = 80 * (day % 7 > 4 ? 1.5 : 1) * (1 + day / 500);
    return scale * Math.max(0, mean + Math.sqrt(mean) * random.normal());
  });
  return { firstWeekday: 0, series: [{ name: 'ORDERS', values, floor: 0.5, ceiling }] };
}

test('beats repeating the last week, and its intervals hold nine days of ten', () => {
  const { primary, metrics, fitted } = train(shop(400), quiet);
  expect(primary.baseline).toBe(1);
  expect(primary.value).toBeLessThan(0.85);
  expect(metrics['intervalCoverage']).toBeGreaterThan(0.82);
  expect(metrics['intervalCoverage']).toBeLessThan(0.98);
  const { expected, low, high, level, week, year } = fitted[0]!;
  expect(expected).toHaveLength(forecastDays);
  expected.forEach((value, h) => {
    expect(level[h]! + week[h]! + year[h]!).toBeCloseTo(value, 9);
    expect(low[h]!).toBeLessThanOrEqual(value);
    expect(high[h]!).toBeGreaterThanOrEqual(value);
  });
  // Intervals never narrow with the distance.
  expect(high[55]! - low[55]!).toBeGreaterThan(0.8 * (high[6]! - low[6]!));
});

test('150 days are enough, whatever their number is', () => {
  for (let days = 150; days < 190; days++) expect(() => train(shop(days), quiet)).not.toThrow();
  expect(() => train(shop(100), quiet)).toThrow(/enough days/);
});

test('a share is never expected above 1', () => {
  const { fitted } = train(shop(300, 1, 1 / 200), quiet);
  expect(Math.max(...fitted[0]!.high)).toBeLessThanOrEqual(1);
});

test('figures that were never kept are left out', () => {
  const { firstWeekday, series } = shop(300);
  const empty = { ...series[0]!, name: 'VISITS', values: new Float64Array(300) };
  expect(train({ firstWeekday, series: [...series, empty] }, quiet).fitted.map((one) => one.name)).toEqual(['ORDERS']);
});

test.skipIf(!onlineRetail)(
  'on the real shop it beats repeating the last week (skipped without the data)',
  async () => {
    const { input } = await loadOnlineRetailDays(onlineRetail!);
    const { primary, metrics } = train(input, quiet);
    expect(primary.value).toBeLessThan(0.94);
    expect(metrics['errorAgainstFourWeekMean']).toBeLessThan(1.05);
    expect(metrics['intervalCoverage']).toBeGreaterThan(0.8);
  },
  60_000,
);
