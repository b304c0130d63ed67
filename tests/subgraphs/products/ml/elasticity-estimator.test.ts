import { expect, test } from 'vitest';
import { checkTrainingWeeks, train } from '../../../../subgraphs/products/src/ml/elasticity-estimator.ts';
import { sharedData } from '../../../data-folder.ts';
import { loadOnlineRetailPanel } from '../online-retail-panel.ts';
import { simulatePanel } from '../simulated-panel.ts';

const onlineRetail = sharedData('online-retail-2010-2011.csv.gz');
const quiet = { progress: () => {} };

test('knowing the price predicts later weeks better than ignoring it, for many units a week and for few', () => {
  for (const [panel, family] of [
    [simulatePanel({ seed: 11 }), 'log'],
    [simulatePanel({ seed: 11, counts: true, units: 2 }), 'count'],
  ] as const) {
    const { fitted, primary, metrics, rows } = train(panel, quiet);
    expect(fitted.family).toBe(family);
    expect(primary.higherIsBetter).toBe(false);
    expect(primary.value).toBeLessThan(0.9 * primary.baseline);
    expect(rows).toBe(16_000);
    expect(metrics['identifiedProducts']).toBeGreaterThan(180);
    const inside = fitted.value.filter((_, p) => fitted.low[p]! < panel.truth[p]! && panel.truth[p]! < fitted.high[p]!);
    expect(inside.length / metrics['identifiedProducts']!).toBeGreaterThan(0.88);
  }
});

test('progress never goes back and ends at 1', () => {
  const seen: number[] = [];
  train(simulatePanel({ seed: 12, products: 30, weeks: 50 }), { progress: (fraction) => seen.push(fraction) });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(1);
});

test('a product without enough weeks or prices has no number, and what it lacks', () => {
  const panel = simulatePanel({ seed: 13, products: 40, weeks: 60 });
  const price = panel.price.map((value, cell) => (panel.product[cell] === 3 ? 4 : value));
  const units = panel.units.map((value, cell) => (panel.product[cell] === 5 && panel.week[cell]! > 6 ? 0 : value));
  const { fitted } = train({ ...panel, price, units }, quiet);
  expect([fitted.gap[3], fitted.gap[5]]).toEqual(['PRICE_VARIATION', 'WEEKS']);
  expect([fitted.value[3], fitted.low[5], fitted.ownWeight[3]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(fitted.presentUnits[5]).toBe(0);
  expect(fitted.presentPrice[3]).toBe(4);
});

test('a price typed wrong once does not move the elasticity of its product', () => {
  const panel = simulatePanel({ seed: 15, products: 60, weeks: 60 });
  const slip = panel.price.map((value, cell) => (cell === 4 * 60 + 20 ? value * 100 : value));
  const right = train(panel, quiet).fitted;
  const wrong = train({ ...panel, price: slip }, quiet).fitted;
  expect(Math.abs(wrong.value[4]! - right.value[4]!)).toBeLessThan(0.1);
  expect(wrong.highestPrice[4]).toBe(right.highestPrice[4]);
});

test('a shop in which no price ever moved has nothing to train on, and the check before says so', () => {
  const panel = simulatePanel({ seed: 14, products: 10, weeks: 30 });
  const still = { ...panel, price: panel.price.map(() => 2) };
  expect(checkTrainingWeeks(still).eligible.some((one) => one === 1)).toBe(false);
  expect(() => train(still, quiet)).toThrow(/before the weeks that judge it/);
});

test.skipIf(!onlineRetail)(
  'on the real shop the price beats its absence by more than 7 % of the error (skipped without the data)',
  async () => {
    const { primary, fitted } = train(await loadOnlineRetailPanel(onlineRetail!), quiet);
    expect(primary.value).toBeLessThan(0.93 * primary.baseline);
    expect(primary.value).toBeLessThan(1.2);
    const values = [...fitted.value].filter(Number.isFinite);
    expect(values.length).toBeGreaterThan(500);
    expect(values.filter((value) => value < 0).length / values.length).toBeGreaterThan(0.95);
  },
  120_000,
);
