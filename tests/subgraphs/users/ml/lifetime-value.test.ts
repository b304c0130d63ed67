import { readFileSync } from 'node:fs';
import { calibrationTable } from '@cda/platform/ml/classification-metrics.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { drawBeta, drawExponential, drawGamma } from '@cda/platform/ml/sampling.ts';
import { describe, expect, test } from 'vitest';
import {
  expectedOrders,
  fitBgNbd,
  logProbabilityOfOrders,
  probabilityAlive,
  probabilityOfOrder,
  timeToNextOrder,
} from '../../../../subgraphs/users/src/ml/bg-nbd.ts';
import { expectedOrderValue, fitGammaGamma } from '../../../../subgraphs/users/src/ml/gamma-gamma.ts';
import { train } from '../../../../subgraphs/users/src/ml/lifetime-value-estimator.ts';
import { sureProbabilityOfOrder } from '../../../../subgraphs/users/src/ml/order-probability.ts';
import { sharedData } from '../../../data-folder.ts';

const cdnow = sharedData('cdnow-summary.csv');

/** Customers of a shop that is BG/NBD by construction: weeks to look back on, and orders in the weeks after. */
function simulate(
  n: number,
  { r, alpha, a, b }: { r: number; alpha: number; a: number; b: number },
  age: number,
  later: number,
  seed: number,
) {
  const random = createRandom(seed);
  const out = {
    frequency: new Float64Array(n),
    recency: new Float64Array(n),
    age: new Float64Array(n).fill(age),
    later: new Float64Array(n),
  };
  for (let i = 0; i < n; i++) {
    const rate = drawGamma(random, r, alpha);
    const leave = drawBeta(random, a, b);
    for (let time = drawExponential(random, rate); time <= age + later; time += drawExponential(random, rate)) {
      if (time <= age) {
        out.frequency[i]!++;
        out.recency[i] = time;
      } else out.later[i]!++;
      if (random.next() < leave) break;
    }
  }
  return out;
}

describe('BG/NBD', () => {
  test.skipIf(cdnow === undefined)('gives the published estimates on CDNOW', () => {
    const rows = readFileSync(cdnow!, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    const column = (at: number): Float64Array => Float64Array.from(rows, (row) => row[at]!);
    const model = fitBgNbd({ frequency: column(1), recency: column(2), age: column(3) });
    expect(model.converged).toBe(true);
    expect(model.r).toBeCloseTo(0.243, 3);
    expect(model.alpha).toBeCloseTo(4.414, 2);
    expect(model.a).toBeCloseTo(0.793, 3);
    expect(model.b).toBeCloseTo(2.426, 3);
    expect(model.logLikelihood).toBeCloseTo(-9582.4, 1);
    expect(expectedOrders(model, 2, 30.43, 38.86, 39)).toBeCloseTo(1.226, 3);
  });

  test('finds the parameters that a shop was drawn with, and foresees its orders', () => {
    const truth = { r: 0.8, alpha: 6, a: 0.7, b: 3 };
    const shop = simulate(8000, truth, 52, 26, 1);
    const model = fitBgNbd(shop);
    for (const [j, name] of (['r', 'alpha', 'a', 'b'] as const).entries()) {
      const error = Math.sqrt(model.covariance![j * 4 + j]!);
      expect(Math.abs(Math.log(model[name] / truth[name])), name).toBeLessThan(3.5 * error);
    }
    let expected = 0;
    for (let i = 0; i < 8000; i++) expected += expectedOrders(model, shop.frequency[i]!, shop.recency[i]!, 52, 26);
    const seen = shop.later.reduce((sum, v) => sum + v, 0);
    expect(expected / seen).toBeGreaterThan(0.95);
    expect(expected / seen).toBeLessThan(1.05);
  });

  test('expects what simulated customers with the same history do', () => {
    const model = { r: 0.6, alpha: 5, a: 1, b: 2.5 };
    const random = createRandom(3);
    for (const leavesAtOnce of [false, true]) {
      const m = { ...model, leavesAtOnce };
      const [x, tx, age, horizon] = [3, 20, 30, 40];
      let orders = 0;
      const futures = 60_000;
      for (let i = 0; i < futures; i++) {
        if (random.next() >= probabilityAlive(m, x, tx, age)) continue;
        const rate = drawGamma(random, m.r + x, m.alpha + age);
        const leave = drawBeta(random, m.a, m.b + x + (leavesAtOnce ? 1 : 0));
        for (let time = drawExponential(random, rate); time <= horizon; time += drawExponential(random, rate)) {
          orders++;
          if (random.next() < leave) break;
        }
      }
      expect(expectedOrders(m, x, tx, age, horizon) / (orders / futures)).toBeCloseTo(1, 1);
    }
  });

  test('believes less in a customer the longer they are overdue, and leaves nobody before the first repeat', () => {
    const model = { r: 0.5, alpha: 5, a: 0.8, b: 2.5 };
    expect(probabilityAlive(model, 10, 50, 51)).toBeGreaterThan(probabilityAlive(model, 10, 20, 51));
    expect(probabilityAlive(model, 0, 0, 500)).toBe(1);
    expect(probabilityAlive({ ...model, leavesAtOnce: true }, 0, 0, 500)).toBeLessThan(0.5);
    expect(timeToNextOrder(model, 20, 50)).toBeLessThan(timeToNextOrder(model, 1, 50));
    expect(expectedOrders(model, 3, 10, 20, 0)).toBe(0);
  });

  test.each([false, true])(
    'the chances of 0, 1, 2 … orders are one together, and their mean is what is expected',
    (leavesAtOnce) => {
      const model = { r: 0.6, alpha: 5, a: 1.2, b: 2.5, leavesAtOnce };
      for (const [x, tx, T] of [
        [0, 0, 0],
        [0, 0, 12],
        [3, 20, 30],
        [9, 5, 30],
      ] as const) {
        const chance = (count: number) => Math.exp(logProbabilityOfOrders(model, { x, tx, T }, 26, count));
        const counts = Array.from({ length: 400 }, (_, count) => chance(count));
        expect(counts.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
        expect(counts.reduce((sum, p, count) => sum + p * count, 0)).toBeCloseTo(
          expectedOrders(model, x, tx, T, 26),
          3,
        );
        expect(probabilityOfOrder(model, x, tx, T, 26)).toBeCloseTo(1 - chance(0), 9);
      }
      expect(probabilityOfOrder(model, 3, 20, 30, 0)).toBe(0);
    },
  );

  test('orders are as likely as it says: of customers of whom about as much is said, that part orders', () => {
    const shop = simulate(12_000, { r: 0.8, alpha: 6, a: 0.7, b: 3 }, 52, 13, 6);
    const model = fitBgNbd(shop);
    const said = shop.frequency.map((x, i) => probabilityOfOrder(model, x, shop.recency[i]!, shop.age[i]!, 13));
    const ordered = Array.from(shop.later, (count) => (count > 0 ? 1 : 0));
    for (const { count, predicted, observed } of calibrationTable(ordered, said)) {
      // Four standard errors of a share of so many.
      expect(Math.abs(predicted - observed)).toBeLessThan(4 * Math.sqrt((predicted * (1 - predicted)) / count));
    }
  });

  test('is the less sure of an order the fewer buyers there are', () => {
    const width = (n: number) => {
      const model = fitBgNbd(simulate(n, { r: 0.8, alpha: 6, a: 0.7, b: 3 }, 20, 0, 8));
      const { probability, low, high } = sureProbabilityOfOrder(model, { x: 1, tx: 5, T: 20 }, 13);
      expect(low).toBeLessThanOrEqual(probability);
      expect(high).toBeGreaterThanOrEqual(probability);
      return high - low;
    };
    expect(width(60)).toBeGreaterThan(2.5 * width(3000));
    expect(width(60)).toBeGreaterThan(0.1);
  });

  test('the next order of an active customer comes before the bounds as often as they say', () => {
    const model = { r: 0.6, alpha: 5, a: 1, b: 2.5 };
    const random = createRandom(4);
    const [x, T, n] = [2, 20, 20_000];
    const times = Array.from({ length: n }, () =>
      drawExponential(random, drawGamma(random, model.r + x, model.alpha + T)),
    );
    for (const part of [0.05, 0.5, 0.95]) {
      const bound = timeToNextOrder(model, x, T, part);
      expect(times.filter((time) => time <= bound).length / n).toBeCloseTo(part, 2);
    }
  });

  test('refuses impossible histories', () => {
    const of = (x: number, tx: number, T: number) => ({
      frequency: Float64Array.of(x),
      recency: Float64Array.of(tx),
      age: Float64Array.of(T),
    });
    expect(() => fitBgNbd(of(1, 5, 3))).toThrow(RangeError);
    expect(() => fitBgNbd(of(-1, 0, 3))).toThrow(RangeError);
    expect(() => fitBgNbd(of(Number.NaN, 0, 3))).toThrow(RangeError);
    expect(() =>
      fitBgNbd({ frequency: new Float64Array(0), recency: new Float64Array(0), age: new Float64Array(0) }),
    ).toThrow(RangeError);
  });
});

describe('Gamma-Gamma', () => {
  test('finds the parameters that order values were drawn with, whatever the currency', () => {
    const random = createRandom(5);
    const truth = { p: 3, q: 4, gamma: 6000 };
    const orders = Float64Array.from({ length: 5000 }, () => 1 + random.integer(9));
    const means = orders.map((x) => {
      const rate = drawGamma(random, truth.q, truth.gamma);
      return drawGamma(random, truth.p * x, rate) / x;
    });
    const model = fitGammaGamma(orders, means);
    for (const name of ['p', 'q', 'gamma'] as const) expect(model[name] / truth[name], name).toBeCloseTo(1, 0);
    const scaled = fitGammaGamma(
      orders,
      means.map((m) => m * 1000),
    );
    expect(scaled.p).toBeCloseTo(model.p, 4);
    expect(scaled.gamma / model.gamma).toBeCloseTo(1000, 1);
  });

  test('draws a customer towards everybody, the less the more orders there are', () => {
    const model = { p: 3, q: 4, gamma: 6000 };
    const everybody = expectedOrderValue(model, 0, 0);
    expect(everybody).toBeCloseTo((3 * 6000) / 3, 9);
    const [few, many] = [expectedOrderValue(model, 1, 20_000), expectedOrderValue(model, 30, 20_000)];
    expect(everybody).toBeLessThan(few);
    expect(few).toBeLessThan(many);
    expect(many).toBeLessThan(20_000);
  });
});

describe('lifetime value', () => {
  const input = (n: number, seed: number) => {
    const shop = simulate(n, { r: 0.8, alpha: 6, a: 0.5, b: 3 }, 30, 12, seed);
    const random = createRandom(seed + 1);
    const meanValue = Float64Array.from({ length: n }, () => drawGamma(random, 4, 4 / 5000));
    const { later, ...histories } = shop;
    const earlier = {
      purchases: { ...histories, meanValue },
      weeks: 12,
      later,
      laterRevenue: later.map((x, i) => x * meanValue[i]!),
    };
    return {
      customers: Array.from({ length: n }, (_, i) => `u:${i}`),
      purchases: { ...histories, meanValue },
      earlier,
    };
  };
  const options = { seed: 1, progress: () => {} };

  test('beats the order rate carried on, and its interval holds what came', () => {
    const { primary, metrics, fitted } = train(input(1500, 1), options);
    expect(primary.value).toBeLessThan(primary.baseline);
    expect(metrics['intervalCoverage']).toBeGreaterThan(0.86);
    expect(metrics['intervalCoverage']).toBeLessThan(0.99);
    for (const [i, value] of fitted.value.entries()) {
      expect(Number.isFinite(value)).toBe(true);
      expect(fitted.low[i]).toBeLessThanOrEqual(fitted.high[i]!);
    }
  });

  test('of very many customers lets those of one history share their futures, in proportion to what they spend', () => {
    const many = input(32_000, 3);
    const { metrics, fitted } = train(many, options);
    expect(metrics['intervalCoverage']).toBeGreaterThan(0.86);
    expect(metrics['intervalCoverage']).toBeLessThan(0.99);
    const { frequency, recency, age } = many.purchases;
    const seen = new Map<string, number>();
    let shared = 0;
    for (const [i, x] of frequency.entries()) {
      expect(fitted.low[i]).toBeLessThanOrEqual(fitted.value[i]!);
      expect(fitted.high[i]).toBeGreaterThanOrEqual(fitted.value[i]!);
      const history = `${x} ${Math.round(recency[i]!)} ${Math.round(age[i]!)}`;
      const first = seen.get(history) ?? i;
      seen.set(history, first);
      if (first === i || fitted.highIfBack[i] === 1) continue;
      shared++;
      const scale = fitted.orderValue[i]! / fitted.orderValue[first]!;
      expect(fitted.high[i]! / (fitted.high[first]! * scale)).toBeCloseTo(1, 9);
    }
    expect(shared).toBeGreaterThan(1000);
  });

  test('leaves room above the value, even where a customer has almost certainly left', () => {
    const some = input(1500, 4);
    // A customer of many orders who has been silent for nearly all the time since.
    some.purchases.frequency[0] = 12;
    some.purchases.recency[0] = 6;
    const { fitted } = train(some, options);
    expect(fitted.probabilityAlive[0]).toBeLessThan(0.01);
    expect(fitted.highIfBack[0]).toBe(1);
    expect(fitted.high[0]).toBeGreaterThan(some.purchases.meanValue[0]! / 2);
    for (const [i, value] of fitted.value.entries()) expect(fitted.high[i]).toBeGreaterThan(value);
  });

  test('answers from fifty buyers of the first weeks, with a wide interval and no number that is none', () => {
    const { fitted } = train(input(50, 7), options);
    for (let i = 0; i < 50; i++) {
      for (const values of [
        fitted.probabilityAlive,
        fitted.expectedOrders,
        fitted.value,
        fitted.low,
        fitted.high,
        fitted.nextInWeeks,
      ]) {
        expect(Number.isFinite(values[i])).toBe(true);
      }
      expect(fitted.high[i]).toBeGreaterThanOrEqual(fitted.value[i]!);
      if (fitted.probabilityAlive[i]! > 0.5) {
        expect(fitted.high[i]! - fitted.low[i]!).toBeGreaterThan(0.5 * fitted.value[i]!);
      }
    }
  });

  test('answers where everybody ordered once, and where everything was given away', () => {
    const once = input(60, 9);
    for (const purchases of [once.purchases, once.earlier.purchases]) {
      purchases.frequency.fill(0);
      purchases.recency.fill(0);
      purchases.meanValue.fill(0);
    }
    once.earlier.later.fill(0);
    once.earlier.laterRevenue.fill(0);
    const { fitted, metrics } = train(once, options);
    expect(fitted.expectedOrders.every(Number.isFinite)).toBe(true);
    expect(fitted.orderValue.every((v) => v === 0)).toBe(true);
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  });

  test('serves the variant in which one-time buyers may be gone, unless what came is clearly likelier by the classic', () => {
    const { metrics, fitted } = train(input(1500, 1), options);
    expect(metrics['mbgNbdLogLikelihood']).toBeGreaterThan(metrics['bgNbdLogLikelihood']! - 0.01);
    expect(fitted.orders.leavesAtOnce).toBe(true);
    // Whoever leaves does so after the second order at the earliest, and most do: one-time buyers are all there still.
    const shop = simulate(4000, { r: 8, alpha: 40, a: 4, b: 0.5 }, 12, 20, 3);
    const meanValue = shop.frequency.map(() => 5000);
    const purchases = { ...shop, meanValue };
    const classic = train(
      {
        customers: Array.from(shop.frequency, (_, i) => `u:${i}`),
        purchases,
        earlier: { purchases, weeks: 20, later: shop.later, laterRevenue: shop.later.map((x) => x * 5000) },
      },
      options,
    );
    expect(classic.metrics['bgNbdLogLikelihood']).toBeGreaterThan(classic.metrics['mbgNbdLogLikelihood']! + 0.01);
    expect(classic.fitted.orders.leavesAtOnce).toBe(false);
  });

  test('foresees how many will order, and says how such probabilities fared', () => {
    const { metrics, fitted } = train(input(1500, 1), options);
    expect(metrics['buyersForeseen']! / metrics['buyersSeen']!).toBeGreaterThan(0.92);
    expect(metrics['buyersForeseen']! / metrics['buyersSeen']!).toBeLessThan(1.08);
    expect(metrics['orderCalibrationError']).toBeLessThan(0.04);
    expect(fitted.reliability.weeks).toBe(12);
    expect(fitted.reliability.curve.reduce((sum, bin) => sum + bin.count, 0)).toBe(1500);
  });

  test('is the same for the same seed', () => {
    expect(train(input(80, 3), options)).toEqual(train(input(80, 3), options));
  });
});
