import { createRandom } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';
import { activeProducts, compact, expand } from '../../../../subgraphs/recommendations/src/ml/active-products.ts';
import { fitCoPurchases } from '../../../../subgraphs/recommendations/src/ml/co-purchase.ts';
import { historyBefore, type Interactions } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { addScores, contributions, type ItemModel } from '../../../../subgraphs/recommendations/src/ml/item-model.ts';
import { fitNeighbours } from '../../../../subgraphs/recommendations/src/ml/item-neighbours.ts';
import { fitNextOrder, nextOrderDefaults } from '../../../../subgraphs/recommendations/src/ml/next-order-model.ts';
import { toProfile } from '../../../../subgraphs/recommendations/src/ml/profile.ts';
import { fitTaste, tasteDefaults, tasteMatrix } from '../../../../subgraphs/recommendations/src/ml/taste-model.ts';
import { complementOf, type Deed, plantedProducts, plantedShop, toInteractions } from '../planted-shop.ts';

const side = 24;

/** Customer c likes the products of their own parity; the one with their number is withheld. */
const checkerboard = toInteractions(
  side,
  side,
  Array.from({ length: side * side }, (_, at) => ({
    customer: Math.floor(at / side),
    product: at % side,
    day: 1,
  })).filter(({ customer, product }) => customer % 2 === product % 2 && customer !== product),
);

function scoresOf(
  model: ItemModel,
  data: Interactions,
  customer: number,
  query: 'taste' | 'basket',
  day = 2,
): Float64Array {
  const profile = toProfile(historyBefore(data, customer, day), day);
  const scores = new Float64Array(data.products);
  addScores(model.byInput, profile.products, profile[query], scores);
  return scores;
}

/** For every customer, the product new to them with the highest score. */
const bestNew = (model: ItemModel): number[] =>
  Array.from({ length: side }, (_, customer) => {
    const scores = scoresOf(model, checkerboard, customer, 'taste');
    const owned = new Set(toProfile(historyBefore(checkerboard, customer, 2), 2).products);
    return scores.reduce((best, score, i) => (!owned.has(i) && score > scores[best]! ? i : best), owned.has(0) ? 1 : 0);
  });
const diagonal = Array.from({ length: side }, (_, i) => i);

describe('a checkerboard with its diagonal withheld', () => {
  test('is completed by the exact taste model', () => {
    expect(bestNew(fitTaste(checkerboard, 2, { ...tasteDefaults, lambda: 1 }))).toEqual(diagonal);
  });

  test('is completed by the taste model of neighbourhoods', () => {
    expect(bestNew(fitTaste(checkerboard, 2, { ...tasteDefaults, lambda: 1, exactUpTo: 0, keep: 8 }))).toEqual(
      diagonal,
    );
  });

  test('is completed by item neighbours', () => {
    const x = tasteMatrix(checkerboard, 2, { decayDays: Number.POSITIVE_INFINITY, damping: 0 });
    expect(bestNew(fitNeighbours(x, { shrink: 1 }))).toEqual(diagonal);
  });
});

describe('the taste model', () => {
  test('by neighbourhoods of all products is the exact one', () => {
    const random = createRandom(3);
    const deeds = Array.from({ length: 1500 }, () => ({
      customer: random.integer(100),
      product: random.integer(12),
      day: random.integer(9),
    }));
    const data = toInteractions(100, 12, deeds);
    const exact = fitTaste(data, 10, { ...tasteDefaults, lambda: 20 });
    const whole = fitTaste(data, 10, { ...tasteDefaults, lambda: 20, exactUpTo: 0 });
    expect([...whole.byTarget.indices]).toEqual([...exact.byTarget.indices]);
    for (const [at, value] of exact.byTarget.values.entries()) expect(whole.byTarget.values[at]).toBeCloseTo(value, 5);
  });

  test('never explains a product by itself', () => {
    const { byTarget } = fitTaste(plantedShop(60).interactions, 1300);
    for (let i = 0; i < byTarget.rows; i++) {
      expect([...byTarget.indices.slice(byTarget.offsets[i], byTarget.offsets[i + 1])]).not.toContain(i);
    }
  });
});

describe('the next-order model', () => {
  const sequence = (customers: number): Deed[] =>
    Array.from({ length: customers }, (_, customer) => [
      { customer, product: customer % 2, day: 10 },
      { customer, product: 2 + (customer % 2), day: 20 },
    ]).flat();

  test('knows the direction of time: 2 follows 0, 0 does not follow 2', () => {
    const data = toInteractions(42, 5, [
      ...sequence(40),
      { customer: 40, product: 0, day: 10 },
      { customer: 41, product: 2, day: 10 },
    ]);
    const model = fitNextOrder(data, 30, { ...nextOrderDefaults, lambda: 5 });
    const after0 = scoresOf(model, data, 40, 'basket', 30);
    const after2 = scoresOf(model, data, 41, 'basket', 30);
    expect(after0.indexOf(Math.max(...after0))).toBe(2);
    expect(after0[2]).toBeGreaterThan(0.5);
    expect(after2[0]).toBe(0);
  });

  test('learns which products are bought again', () => {
    const deeds: Deed[] = [];
    for (let customer = 0; customer < 40; customer++) {
      for (const day of [10, 20, 30]) deeds.push({ customer, product: 0, day });
      deeds.push({ customer, product: 1, day: 10 });
    }
    const { byTarget } = fitNextOrder(toInteractions(40, 3, deeds), 40, { ...nextOrderDefaults, lambda: 5 });
    const own = (product: number) => contributions(byTarget, product, Int32Array.of(product), Float64Array.of(1))[0]!;
    expect(own(0)).toBeGreaterThan(0.2);
    expect(own(1)).toBeLessThan(own(0) / 3);
  });

  test('finds nothing in no orders', () => {
    expect(fitNextOrder(toInteractions(1, 3, []), 10).byTarget.values).toHaveLength(0);
  });
});

describe('co-purchases', () => {
  test('name the planted complement of nearly every product first', () => {
    const { together, lift, total } = fitCoPurchases(plantedShop(300).interactions);
    expect(total).toBeGreaterThan(1000);
    let right = 0;
    for (let product = 0; product < plantedProducts; product++) {
      let best = -1;
      for (let at = together.offsets[product]!; at < together.offsets[product + 1]!; at++) {
        if (best < 0 || lift[at]! > lift[best]!) best = at;
      }
      if (best >= 0 && together.indices[best] === complementOf(product)) right++;
    }
    expect(right).toBeGreaterThanOrEqual(plantedProducts * 0.95);
  });

  test('of products that meet by chance only are few, and their lift is small', () => {
    const deeds: Deed[] = [];
    for (let customer = 0; customer < 400; customer++) {
      deeds.push(
        { customer, product: customer % 10, day: 1 },
        { customer, product: 10 + (Math.floor(customer / 10) % 10), day: 1 },
      );
    }
    expect(fitCoPurchases(toInteractions(400, 20, deeds)).together.values).toHaveLength(0);
  });
});

test('contributions add up to the score', () => {
  const { interactions } = plantedShop(60);
  const model = fitTaste(interactions, 1300);
  const profile = toProfile(historyBefore(interactions, 5, 1300), 1300);
  const scores = scoresOf(model, interactions, 5, 'taste', 1300);
  for (const product of [0, 17, 279]) {
    const parts = contributions(model.byTarget, product, profile.products, profile.taste);
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(scores[product]!, 10);
  }
});

describe('models of the most touched products alone', () => {
  const { interactions } = plantedShop(100);
  const active = activeProducts(interactions, 100);
  const small = compact(interactions, active);

  test('know those, under their own numbers, and nothing of the others', () => {
    expect(active).toHaveLength(100);
    expect(small.products).toBe(100);
    const model = expand(fitTaste(small, 1300), active, plantedProducts);
    const known = new Set(active);
    expect(model.byTarget.rows).toBe(plantedProducts);
    expect(model.byTarget.values.length).toBeGreaterThan(0);
    for (const input of model.byTarget.indices) expect(known).toContain(input);
    // Weights are those of the small model, product by product.
    const direct = fitTaste(small, 1300).byTarget;
    const target = active[17]!;
    expect([
      ...model.byTarget.values.slice(model.byTarget.offsets[target], model.byTarget.offsets[target + 1]),
    ]).toEqual([...direct.values.slice(direct.offsets[17], direct.offsets[18])]);
  });

  test('are models of all where the range is small', () => {
    const all = activeProducts(interactions, 5000);
    expect(compact(interactions, all)).toBe(interactions);
    const model = fitTaste(interactions, 1300);
    expect(expand(model, all, plantedProducts)).toBe(model);
  });
});
