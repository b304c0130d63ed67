import { describe, expect, test } from 'vitest';
import { scoreProducts } from '../../../../subgraphs/recommendations/src/ml/blend.ts';
import { scoreEvidence } from '../../../../subgraphs/recommendations/src/ml/candidates.ts';
import { rankUnder } from '../../../../subgraphs/recommendations/src/ml/evaluate.ts';
import { explain } from '../../../../subgraphs/recommendations/src/ml/explain.ts';
import { type HybridModel, train } from '../../../../subgraphs/recommendations/src/ml/hybrid-estimator.ts';
import {
  filterInteractions,
  historyBefore,
  type Interactions,
} from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { plantedProducts, plantedShop, tasteOf, toInteractions } from '../planted-shop.ts';

const silent = { seed: 1, progress: () => {} };
const shop = plantedShop();
const trained = train(shop, silent);
const model = trained.fitted;

const score = (fitted: HybridModel, data: Interactions, customer: number, day = shop.asOfDay) => {
  const scores = scoreEvidence(fitted.candidates, historyBefore(data, customer, day), day, fitted.trends);
  return { scores, values: scoreProducts(fitted.candidates, fitted.blend, scores) };
};

describe('recommendations of a shop with planted tastes', () => {
  test('beat the best baseline on a later window', () => {
    expect(trained.primary.value).toBeGreaterThan(trained.primary.baseline);
    expect(model.beatsBaseline.fresh).toBe(true);
    expect(trained.metrics['queries']).toBeGreaterThan(100);
  });

  test('give nine in ten of the first ten from the planted taste', () => {
    let within = 0;
    for (let customer = 0; customer < 100; customer++) {
      const { scores, values } = score(model, shop.interactions, customer);
      for (const product of rankUnder('all', values, scores.owned, 10))
        if (tasteOf(product) === tasteOf(customer)) within++;
    }
    expect(within / 1000).toBeGreaterThanOrEqual(0.9);
  });

  test('give nearly only the planted taste after one purchase', () => {
    const once = toInteractions(
      4,
      plantedProducts,
      [0, 1, 2, 3].map((taste) => ({ customer: taste, product: 40 + taste, day: 1299 })),
    );
    for (let customer = 0; customer < 4; customer++) {
      const { scores, values } = score(model, once, customer);
      const top = [...rankUnder('fresh', values, scores.owned, 10)];
      expect(top).not.toContain(40 + customer);
      expect(top.filter((product) => tasteOf(product) === customer).length).toBeGreaterThanOrEqual(8);
    }
  });
});

test('a cart is completed better by what goes with it than by what comes next anyway', () => {
  const { metrics } = trained;
  expect(metrics['cart.cart.ndcg10']).toBeGreaterThan(2 * metrics['cart.order.ndcg10']!);
  expect(metrics['cart.cart.ndcg10']).toBeGreaterThan(0.9 * metrics['cart.together.ndcg10']!);
  expect(model.blend.cart).not.toEqual(model.blend.fresh);
});

test('products that nobody bought yet find their buyers by likeness, better than by chance or by their category’s popularity', () => {
  const { metrics } = trained;
  expect(metrics['unseen.queries']).toBeGreaterThan(50);
  expect(metrics['unseen.content']).toBeGreaterThan(2 * metrics['unseen.chance']!);
  expect(metrics['unseen.content']).toBeGreaterThan(2 * metrics['unseen.category']!);
});

describe('the explanation of a score', () => {
  const cases = [0, 7, 33].flatMap((customer) => {
    const { scores, values } = score(model, shop.interactions, customer);
    return [...rankUnder('fresh', values, scores.owned, 3), ...rankUnder('owned', values, scores.owned, 3)].map(
      (product) => ({ customer, product }),
    );
  });

  test.each(cases)('adds up to it (customer $customer, product $product)', ({ customer, product }) => {
    const { scores, values } = score(model, shop.interactions, customer);
    const terms = explain(model.candidates, model.blend, scores, product);
    expect(terms.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(values[product]!, 9);
  });

  test.each(cases)(
    'cites evidence that counts: without it the score is lower (customer $customer, product $product)',
    ({ customer, product }) => {
      const { scores, values } = score(model, shop.interactions, customer);
      const [strongest] = explain(model.candidates, model.blend, scores, product)
        .filter((term) => term.kind === 'evidence')
        .filter((term) => term.product !== product)
        .sort((a, b) => b.weight - a.weight);
      if (strongest === undefined || strongest.weight <= 0)
        return expect.unreachable('a recommendation without evidence');
      const without = filterInteractions(
        shop.interactions,
        (row, who) => who !== customer || shop.interactions.product[row] !== strongest.product,
      );
      expect(score(model, without, customer).values[product]).toBeLessThan(values[product]!);
    },
  );
});

test('the same data and seed give the same model', () => {
  const small = plantedShop(60);
  expect(train(small, silent)).toEqual(train(small, silent));
});

test('progress rises to the end', () => {
  const seen: number[] = [];
  train(plantedShop(40), { seed: 1, progress: (fraction) => seen.push(fraction) });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(1);
});

describe('a shop of almost nothing', () => {
  const content = { text: 'thing', category: '', brand: '', priceMinor: 100 };

  test.each([
    ['no customers and no products', toInteractions(0, 0, []), 0],
    ['products that nobody bought', toInteractions(1, 3, []), 3],
    ['one customer with one product', toInteractions(1, 1, [{ customer: 0, product: 0, day: 1299 }]), 1],
    [
      'one customer who buys one thing over and over',
      toInteractions(
        1,
        1,
        Array.from({ length: 30 }, (_, i) => ({ customer: 0, product: 0, day: 1000 + 10 * i })),
      ),
      1,
    ],
    [
      'views only',
      toInteractions(2, 2, [
        { customer: 0, product: 0, day: 1290, kind: 'view' },
        { customer: 1, product: 1, day: 1291, kind: 'view' },
      ]),
      2,
    ],
  ])('with %s is fitted without a fault, and claims nothing', (_, interactions, products) => {
    const result = train(
      { interactions, contents: Array.from({ length: products }, () => content), asOfDay: 1300 },
      silent,
    );
    expect(result.primary.value).toBeLessThanOrEqual(result.primary.baseline);
    for (const value of Object.values(result.metrics)) expect(value).not.toBeNaN();
    if (interactions.customers > 0) {
      for (const value of score(result.fitted, interactions, 0).values) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
