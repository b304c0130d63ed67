import { expect, test } from 'vitest';
import { type DemandCurve, expectDemand, findBestPrice } from '../../../../subgraphs/products/src/ml/price-what-if.ts';

const curve: DemandCurve = {
  elasticity: -2,
  deviation: 0.2,
  presentPrice: 10,
  presentUnits: 100,
  lowestPrice: 8,
  highestPrice: 14,
};

test('at the present price demand is what it is; elsewhere it follows the elasticity, less surely the further away', () => {
  expect(expectDemand(curve, 10)).toEqual({ value: 100, low: 100, high: 100 });
  const near = expectDemand(curve, 11);
  const far = expectDemand(curve, 14);
  if (typeof near === 'string' || typeof far === 'string') throw new Error('inside the range');
  expect(near.value).toBeCloseTo(100 / 1.21, 9);
  expect(near.low).toBeCloseTo(100 * Math.exp(-2.391993 * Math.log(1.1)), 3);
  expect(far.high / far.low).toBeGreaterThan(near.high / near.low);
});

test('a price that was never near is refused', () => {
  expect(expectDemand(curve, 7)).toBe('OUTSIDE_OBSERVED_RANGE');
  expect(expectDemand(curve, 14.2)).toBe('OUTSIDE_OBSERVED_RANGE');
  expect(expectDemand(curve, Number.NaN)).toBe('OUTSIDE_OBSERVED_RANGE');
});

test('with a cost the best price is c · e / (1 + e)', () => {
  const best = findBestPrice(curve, 6)!;
  expect(best.price).toBeCloseTo(12, 9);
  expect(best.position).toBe('INSIDE');
  // Profit 6 · 100 / 1.44 against 4 · 100.
  expect(best.gain.value).toBeCloseTo(600 / 1.44 - 400, 6);
});

test('no grid price inside the range earns more than the best one', () => {
  for (const elasticity of [-0.4, -1, -1.3, -2.5, -6, 0.3]) {
    for (const cost of [undefined, 1, 6, 9.5]) {
      const best = findBestPrice({ ...curve, elasticity }, cost)!;
      const earn = (price: number): number => (price - (cost ?? 0)) * 100 * (price / 10) ** elasticity;
      for (let price = 8; price <= 14; price += 0.25) expect(earn(price)).toBeLessThanOrEqual(earn(best.price) + 1e-9);
    }
  }
});

test('revenue alone is best at an end of what was seen, and says so', () => {
  expect(findBestPrice(curve)).toMatchObject({ price: 8, position: 'AT_LOWEST' });
  expect(findBestPrice({ ...curve, elasticity: -0.3 })).toMatchObject({ price: 14, position: 'AT_HIGHEST' });
});

test('a gain that may as well be a loss is not certain', () => {
  expect(findBestPrice({ ...curve, elasticity: -1.1, deviation: 0.6 })!.certain).toBe(false);
  expect(findBestPrice({ ...curve, elasticity: -3, deviation: 0.2 })!.certain).toBe(true);
});

test('nothing sold, or a present price outside its own range, has no best price', () => {
  expect(findBestPrice({ ...curve, presentUnits: 0 })).toBeUndefined();
  expect(findBestPrice({ ...curve, presentPrice: 20 })).toBeUndefined();
});
