import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { train } from '../../../../subgraphs/analytics/src/ml/anomaly-estimator.ts';
import { sharedData } from '../../../data-folder.ts';
import { loadOnlineRetailDays } from '../online-retail-days.ts';

const onlineRetail = sharedData('online-retail-2010-2011.csv.gz');

function shop(days: number) {
  const random = createRandom(1);
  const values = Float64Array.from({ length: days }, (_, day) => {
    const mean = 80 * (day % 7 > 4 ? 1.5 : 1) * (1 + day / 500);
    return Math.max(0, mean + Math.sqrt(mean) * random.normal());
  });
  return { firstWeekday: 0, series: [{ name: 'ORDERS', values, floor: 0.5, ceiling: Number.POSITIVE_INFINITY }] };
}

test('finds planted days far more often than the distance from the mean does', () => {
  const { primary, metrics, fitted } = train(shop(300), { seed: 1, progress: () => {} });
  expect(primary.higherIsBetter).toBe(true);
  expect(primary.value).toBeGreaterThan(0.95);
  expect(primary.value).toBeGreaterThan(primary.baseline + 0.2);
  expect(metrics['expectedErrorAgainstLastWeek']).toBeLessThan(0.85);
  expect(fitted[0]!.judgement.expected).toHaveLength(300);
});

test('the same seed gives the same figures', () => {
  const once = train(shop(200), { seed: 5, progress: () => {} });
  const again = train(shop(200), { seed: 5, progress: () => {} });
  expect(again).toEqual(once);
});

test('figures that were never kept are left out, and a shop without any cannot be judged', () => {
  const { firstWeekday, series } = shop(200);
  const empty = { name: 'VISITS', values: new Float64Array(200), floor: 0.5, ceiling: Number.POSITIVE_INFINITY };
  const { fitted } = train({ firstWeekday, series: [...series, empty] }, { seed: 1, progress: () => {} });
  expect(fitted.map((one) => one.name)).toEqual(['ORDERS']);
  expect(() => train({ firstWeekday, series: [empty] }, { seed: 1, progress: () => {} })).toThrow(/enough days/);
});

test.skipIf(!onlineRetail)(
  'on the real shop it finds planted days, and takes the bank holidays for what they are (skipped without the data)',
  async () => {
    const { input, days } = await loadOnlineRetailDays(onlineRetail!);
    const { primary, metrics, fitted } = train(input, { seed: 1, progress: () => {} });
    expect(primary.value).toBeGreaterThan(0.65);
    expect(primary.value).toBeGreaterThan(primary.baseline + 0.2);
    expect(metrics['expectedErrorAgainstLastWeek']).toBeLessThan(0.95);
    const orders = fitted.find((one) => one.name === 'ORDERS')!.judgement;
    const strange = [...orders.alarm.keys()].filter((day) => orders.alarm[day] === 1).map((day) => days[day]);
    expect(strange).toContain('2011-08-29');
    expect(strange.length).toBeLessThan(8);
  },
  60_000,
);
