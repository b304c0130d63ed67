import { expect, test } from 'vitest';
import { checkIdentification } from '../../../../subgraphs/products/src/ml/identification.ts';

/** One product whose weeks have these prices and units. */
function panelOf(prices: number[], units: number[]) {
  const n = prices.length;
  return {
    productCount: 2,
    weekCount: n,
    categoryCount: 1,
    product: new Int32Array(n),
    week: Int32Array.from({ length: n }, (_, t) => t),
    units: Float64Array.from(units),
    price: Float64Array.from(prices),
    promotion: new Float64Array(n),
    stockOut: new Float64Array(n),
    category: new Int32Array(2),
  };
}

const weeks = (n: number, value: (t: number) => number): number[] => Array.from({ length: n }, (_, t) => value(t));

test('twenty weeks with two prices are enough', () => {
  const panel = panelOf(
    weeks(20, (t) => (t % 3 === 0 ? 8 : 10)),
    weeks(20, () => 4),
  );
  const found = checkIdentification(panel);
  expect(found.gap).toEqual(['NONE', 'WEEKS']);
  expect([...found.eligible]).toEqual([1, 0]);
  expect([found.lowestPrice[0], found.highestPrice[0], found.weeks[0], found.units[0]]).toEqual([8, 10, 20, 80]);
  expect(found.lowestPrice[1]).toBeNaN();
});

test('what is missing is named, with how much there is', () => {
  const price = (t: number): number => (t % 3 === 0 ? 8 : 10);
  const late = checkIdentification(
    panelOf(
      weeks(11, price),
      weeks(11, () => 5),
    ),
  );
  expect([late.gap[0], late.have[0]]).toEqual(['WEEKS', 11]);
  const silent = checkIdentification(
    panelOf(
      weeks(40, price),
      weeks(40, (t) => (t < 8 ? 5 : 0)),
    ),
  );
  expect([silent.gap[0], silent.have[0]]).toEqual(['WEEKS', 8]);
  const slow = checkIdentification(
    panelOf(
      weeks(15, price),
      weeks(15, () => 1),
    ),
  );
  expect([slow.gap[0], slow.have[0]]).toEqual(['UNITS', 15]);
  const still = checkIdentification(
    panelOf(
      weeks(30, (t) => (t % 2 ? 10 : 10.1)),
      weeks(30, () => 5),
    ),
  );
  expect(still.gap[0]).toBe('PRICE_VARIATION');
  const once = checkIdentification(
    panelOf(
      weeks(30, (t) => (t === 9 ? 5 : 10)),
      weeks(30, () => 5),
    ),
  );
  expect([once.gap[0], once.have[0]]).toEqual(['CHANGED_WEEKS', 1]);
});
