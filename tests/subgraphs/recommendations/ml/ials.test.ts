import { describe, expect, test } from 'vitest';
import { fitIals, type IalsModel, ialsDefaults } from '../../../../subgraphs/recommendations/src/ml/ials.ts';
import { foldIn } from '../../../../subgraphs/recommendations/src/ml/ials-serving.ts';
import { tasteMatrix } from '../../../../subgraphs/recommendations/src/ml/taste-model.ts';
import { plantedShop, tasteOf, toInteractions } from '../planted-shop.ts';

const side = 24;
const checkerboard = tasteMatrix(
  toInteractions(
    side,
    side,
    Array.from({ length: side * side }, (_, at) => ({
      customer: Math.floor(at / side),
      product: at % side,
      day: 1,
    })).filter(({ customer, product }) => customer % 2 === product % 2 && customer !== product),
  ),
  2,
  { decayDays: Number.POSITIVE_INFINITY, damping: 0 },
);
const shop = plantedShop(200);
const matrix = tasteMatrix(shop.interactions, shop.asOfDay, { decayDays: Number.POSITIVE_INFINITY, damping: 0 });
const options = { ...ialsDefaults, factors: 8, sweeps: 8 };

const score = ({ customers, products, factors }: IalsModel, customer: number, product: number): number => {
  let sum = 0;
  for (let a = 0; a < factors; a++) sum += customers[customer * factors + a]! * products[product * factors + a]!;
  return sum;
};
const gramOf = ({ products, factors: k }: IalsModel): Float64Array => {
  const gram = new Float64Array(k * k);
  for (let row = 0; row < products.length; row += k) {
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) gram[a * k + b]! += products[row + a]! * products[row + b]!;
  }
  return gram;
};

describe('implicit alternating least squares', () => {
  test('never make the objective worse', () => {
    const { objective } = fitIals(matrix, options);
    expect(objective).toHaveLength(8);
    for (let sweep = 1; sweep < objective.length; sweep++) {
      expect(objective[sweep]!).toBeLessThanOrEqual(objective[sweep - 1]! * (1 + 1e-6));
    }
    expect(objective.at(-1)!).toBeLessThan(objective[0]!);
  });

  test('complete a checkerboard whose diagonal is withheld', () => {
    const model = fitIals(checkerboard, { ...options, factors: 2, sweeps: 20, steps: 5 });
    for (let customer = 0; customer < side; customer++) {
      const own = score(model, customer, customer);
      for (let product = 0; product < side; product++) {
        if (product % 2 !== customer % 2) expect(own).toBeGreaterThan(score(model, customer, product));
      }
    }
  });

  test('find planted tastes', () => {
    const model = fitIals(matrix, options);
    let within = 0;
    for (let customer = 0; customer < 50; customer++) {
      const ranked = Array.from({ length: matrix.columns }, (_, i) => i).sort(
        (a, b) => score(model, customer, b) - score(model, customer, a),
      );
      within += ranked.slice(0, 10).filter((product) => tasteOf(product) === tasteOf(customer)).length;
    }
    expect(within / 500).toBeGreaterThanOrEqual(0.9);
  });

  test('give the same factors on one thread, on three, and again', () => {
    const alone = fitIals(matrix, options);
    expect(fitIals(matrix, options)).toEqual(alone);
    expect(fitIals(matrix, { ...options, workers: 2 })).toEqual(alone);
    expect(fitIals(matrix, { ...options, seed: 2 })).not.toEqual(alone);
  });

  test('of an empty matrix is empty', () => {
    const empty = tasteMatrix(toInteractions(2, 3, []), 1, { decayDays: 1, damping: 0 });
    const { customers, objective } = fitIals(empty, options);
    expect(customers.every((value) => value === 0)).toBe(true);
    expect(objective.every(Number.isFinite)).toBe(true);
  });
});

describe('a customer folded in', () => {
  const model = fitIals(matrix, { ...options, sweeps: 30, steps: 8 });
  const entries = (customer: number) => matrix.indices.slice(matrix.offsets[customer], matrix.offsets[customer + 1]);
  const weights = (customer: number) => matrix.values.slice(matrix.offsets[customer], matrix.offsets[customer + 1]);

  test('gets the factors that the fit gave them', () => {
    const { factors } = foldIn(model, gramOf(model), entries(3), weights(3));
    for (let a = 0; a < 8; a++) expect(factors[a]).toBeCloseTo(model.customers[3 * 8 + a]!, 2);
  });

  test('has scores that are sums over their own products, and that fall without the strongest of them', () => {
    const gram = gramOf(model);
    const own = entries(5);
    const folded = foldIn(model, gram, own, weights(5));
    const scoreOf = ({ factors }: typeof folded, product: number) =>
      factors.reduce((sum, value, a) => sum + value * model.products[product * 8 + a]!, 0);
    const best = Array.from({ length: matrix.columns }, (_, i) => i)
      .filter((product) => !own.includes(product))
      .sort((a, b) => scoreOf(folded, b) - scoreOf(folded, a))[0]!;
    const parts = folded.explain(best);
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(scoreOf(folded, best), 9);
    const strongest = parts.indexOf(Math.max(...parts));
    const without = foldIn(
      model,
      gram,
      own.filter((_, j) => j !== strongest),
      weights(5).filter((_, j) => j !== strongest),
    );
    expect(scoreOf(without, best)).toBeLessThan(scoreOf(folded, best));
  });
});
