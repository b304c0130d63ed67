import { expect, test } from 'vitest';
import { estimatePooledElasticity } from '../../../../subgraphs/products/src/ml/pooled-elasticity.ts';
import { type PricePanel, selectCells } from '../../../../subgraphs/products/src/ml/price-panel.ts';
import { sharedData } from '../../../data-folder.ts';
import { loadOnlineRetailPanel } from '../online-retail-panel.ts';
import { simulatePanel } from '../simulated-panel.ts';

const onlineRetail = sharedData('online-retail-2010-2011.csv.gz');

test('product and week effects recover the mean elasticity that a plain comparison hides', () => {
  const panel = simulatePanel({ seed: 8 });
  const truth = panel.truth.reduce((sum, value) => sum + value, 0) / panel.truth.length;
  const pooled = estimatePooledElasticity(panel)!;
  expect(Math.abs(pooled.value - truth)).toBeLessThan(2.5 * pooled.standardError);
  expect(pooled.standardError).toBeLessThan(0.08);
  expect(pooled).toMatchObject({ products: 200, cells: 16_000 });
  // With one week for all cells, only product effects are left.
  const naive = estimatePooledElasticity({ ...panel, week: new Int32Array(panel.week.length) })!;
  expect(naive.value - truth).toBeGreaterThan(1.5);
});

test('a panel in which prices never move, or nothing was sold, has none', () => {
  const panel = simulatePanel({ seed: 9, products: 5, weeks: 20 });
  expect(estimatePooledElasticity({ ...panel, price: panel.price.map(() => 3) })).toBeUndefined();
  expect(estimatePooledElasticity({ ...panel, units: panel.units.map(() => 0) })).toBeUndefined();
});

test.skipIf(!onlineRetail)(
  'the real shop shows −1.79 over its 860 products with a dozen weeks and three prices (skipped without the data)',
  async () => {
    const panel = await loadOnlineRetailPanel(onlineRetail!);
    const pooled = estimatePooledElasticity(withPrices(panel, 12, 3))!;
    expect(pooled.products).toBe(860);
    expect(Math.abs(pooled.value - -1.79)).toBeLessThan(0.02);
    expect(pooled.standardError).toBeLessThan(0.06);
  },
  60_000,
);

/** Products seen in so many weeks at so many different prices. */
function withPrices(panel: PricePanel, minWeeks: number, minPrices: number): PricePanel {
  const weeks = new Int32Array(panel.productCount);
  const prices = Array.from({ length: panel.productCount }, () => new Set<number>());
  panel.product.forEach((p, cell) => {
    weeks[p]!++;
    prices[p]!.add(panel.price[cell]!);
  });
  return selectCells(panel, (cell) => {
    const p = panel.product[cell]!;
    return weeks[p]! >= minWeeks && prices[p]!.size >= minPrices;
  });
}
