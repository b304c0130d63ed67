import { expect, test } from 'vitest';
import { type PricePanel, selectCells } from '../../../../subgraphs/products/src/ml/price-panel.ts';
import { fitPriceResponse } from '../../../../subgraphs/products/src/ml/price-response.ts';
import { simulatePanel } from '../simulated-panel.ts';

const everyone = (panel: PricePanel): Uint8Array => new Uint8Array(panel.productCount).fill(1);
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const error = (values: Float64Array, truth: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / truth.length);
const held = (fit: { elasticity: Float64Array; deviation: Float64Array }, truth: Float64Array): number =>
  fit.elasticity.filter((value, p) => Math.abs(value - truth[p]!) < 1.96 * fit.deviation[p]!).length / truth.length;

test('elasticities of 200 products over 80 weeks come back, though half the prices follow the season', () => {
  for (const seed of [1, 2, 3]) {
    const panel = simulatePanel({ seed });
    const fit = fitPriceResponse(panel, { family: 'log', eligible: everyone(panel) });
    expect(Math.abs(fit.overallMean - mean(panel.truth))).toBeLessThan(0.15);
    expect(error(fit.ownElasticity, panel.truth)).toBeLessThan(0.42);
    expect(error(fit.elasticity, panel.truth)).toBeLessThan(0.33);
    expect(error(fit.elasticity, panel.truth)).toBeLessThan(error(fit.ownElasticity, panel.truth));
    expect(held(fit, panel.truth)).toBeGreaterThan(0.89);
  }
});

test('products that the season moves unequally do not pass for products whose price does not matter', () => {
  const panel = simulatePanel({ seed: 2, seasonSpread: 0.3 });
  const fit = fitPriceResponse(panel, { family: 'log', eligible: everyone(panel) });
  expect(error(fit.elasticity, panel.truth)).toBeLessThan(0.34);
  expect(held(fit, panel.truth)).toBeGreaterThan(0.89);
  const spread = Math.sqrt(mean(fit.seasonality.map((value) => (value - 1) ** 2)));
  expect(spread).toBeGreaterThan(0.2);
  expect(spread).toBeLessThan(0.4);
});

test('where a product sells three a week, counting weeks without a sale removes the pull towards 0', () => {
  const panel = simulatePanel({ seed: 3, counts: true, units: 3 });
  const truth = mean(panel.truth);
  const counted = fitPriceResponse(panel, { family: 'count', eligible: everyone(panel) });
  const sold = selectCells(panel, (cell) => panel.units[cell]! > 0);
  const logged = fitPriceResponse(sold, { family: 'log', eligible: everyone(panel) });
  expect(Math.abs(counted.overallMean - truth)).toBeLessThan(0.15);
  expect(logged.overallMean - truth).toBeGreaterThan(0.2);
  expect(error(counted.elasticity, panel.truth)).toBeLessThan(0.36);
  expect(held(counted, panel.truth)).toBeGreaterThan(0.89);
});

test('a promotion that is known is not taken for the effect of the price', () => {
  const panel = simulatePanel({ seed: 4 });
  // A banner in every tenth week of each product triples its sales and comes with a lower price.
  const promotion = Float64Array.from(panel.week, (t, cell) => ((t + panel.product[cell]! * 3) % 10 === 0 ? 1 : 0));
  const promoted = {
    ...panel,
    promotion,
    price: panel.price.map((price, cell) => price * (promotion[cell] ? 0.8 : 1)),
    units: panel.units.map((units, cell) => {
      const p = panel.product[cell]!;
      return promotion[cell] ? units * 3 * 0.8 ** panel.truth[p]! : units;
    }),
  };
  const known = fitPriceResponse(promoted, { family: 'log', eligible: everyone(panel) });
  const hidden = fitPriceResponse(
    { ...promoted, promotion: new Float64Array(promotion.length) },
    { family: 'log', eligible: everyone(panel) },
  );
  expect(known.promotionEffect).toBeCloseTo(Math.log(3), 1);
  expect(Math.abs(known.overallMean - mean(panel.truth))).toBeLessThan(0.2);
  expect(mean(panel.truth) - hidden.overallMean).toBeGreaterThan(0.8);
});

test('the parts of an elasticity add up, and a product that may not have its own keeps its category’s', () => {
  const panel = simulatePanel({ seed: 5, products: 40 });
  const eligible = everyone(panel);
  eligible[7] = 0;
  const fit = fitPriceResponse(panel, { family: 'log', eligible });
  expect(fit.identified[7]).toBe(0);
  expect(fit.ownElasticity[7]).toBeNaN();
  expect(fit.deviation[7]).toBeGreaterThan(fit.spread * 0.99);
  for (let p = 0; p < 40; p++) {
    if (p === 7) continue;
    const category = fit.categoryMean[panel.category[p]!]!;
    const rest = 1 - fit.ownWeight[p]! - fit.categoryWeight[p]!;
    const sum = fit.ownWeight[p]! * fit.ownElasticity[p]! + fit.categoryWeight[p]! * category + rest * fit.overallMean;
    expect(sum).toBeCloseTo(fit.elasticity[p]!, 9);
  }
});

test('the order of the cells does not matter', () => {
  const panel = simulatePanel({ seed: 6, products: 30, weeks: 40 });
  const order = Array.from(panel.week, (_, cell) => cell).reverse();
  const backwards = {
    ...panel,
    product: Int32Array.from(order, (cell) => panel.product[cell]!),
    week: Int32Array.from(order, (cell) => panel.week[cell]!),
    units: Float64Array.from(order, (cell) => panel.units[cell]!),
    price: Float64Array.from(order, (cell) => panel.price[cell]!),
  };
  const a = fitPriceResponse(panel, { family: 'log', eligible: everyone(panel) });
  const b = fitPriceResponse(backwards, { family: 'log', eligible: everyone(panel) });
  a.elasticity.forEach((value, p) => {
    expect(b.elasticity[p]).toBeCloseTo(value, 6);
  });
});

test('one price for ever, one product, one week, or nothing sold give no number and no NaN where one is promised', () => {
  const panel = simulatePanel({ seed: 7, products: 6, weeks: 30, categories: 1 });
  const flat = { ...panel, price: new Float64Array(panel.price.length).fill(5) };
  const unmoved = fitPriceResponse(flat, { family: 'log', eligible: everyone(panel) });
  expect([...unmoved.identified]).toEqual([0, 0, 0, 0, 0, 0]);

  const alone = selectCells(panel, (cell) => panel.product[cell] === 0);
  const single = fitPriceResponse(alone, { family: 'log', eligible: everyone(panel) });
  expect(Number.isFinite(single.elasticity[0]!)).toBe(true);

  const silent = { ...panel, units: new Float64Array(panel.units.length) };
  const unsold = fitPriceResponse(silent, { family: 'count', eligible: new Uint8Array(6) });
  expect(unsold.elasticity.every(Number.isFinite)).toBe(true);
  const week = fitPriceResponse(
    selectCells(panel, (cell) => panel.week[cell] === 3),
    { family: 'log', eligible: everyone(panel) },
  );
  expect([...week.identified]).toEqual([0, 0, 0, 0, 0, 0]);
});
