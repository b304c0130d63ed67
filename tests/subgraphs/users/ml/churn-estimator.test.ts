import { rocAuc } from '@cda/platform/ml/classification-metrics.ts';
import { sigmoid } from '@cda/platform/ml/logistic-regression.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';
import { type ChurnInput, type ChurnWindow, train } from '../../../../subgraphs/users/src/ml/churn-estimator.ts';
import { explainChurn, restoreChurnScorer, storeChurnScorer } from '../../../../subgraphs/users/src/ml/churn-scorer.ts';
import { fitProductReturns, productReturn } from '../../../../subgraphs/users/src/ml/product-returns.ts';
import { findRule, fitReadableTree } from '../../../../subgraphs/users/src/ml/readable-tree.ts';
import { fitSeasonCurve, meanSeason, retailCalendar } from '../../../../subgraphs/users/src/ml/season-curve.ts';

/** Snapshots of customers whose odds of leaving are known: −0.3 + recency − frequency, + 0.8 for buyers of product 0. */
function simulate(customers: number, seed: number): { input: ChurnInput; now: Float64Array; truth: Float64Array } {
  const random = createRandom(seed);
  const asOfDay = 20_000;
  const columns = ['recency', 'frequency', 'noise'];
  const product = Int32Array.from({ length: customers }, () => random.integer(6));
  const baskets = {
    start: Int32Array.from({ length: customers + 1 }, (_, i) => i),
    product,
    firstDay: new Float64Array(customers).fill(19_000),
    products: 6,
  };
  const scores = (x: Float64Array): Float64Array =>
    product.map((_, i) => i).length === 0
      ? new Float64Array(0)
      : Float64Array.from(
          { length: customers },
          (_, i) => -0.3 + x[i * 3]! - x[i * 3 + 1]! + (product[i] === 0 ? 0.8 : 0),
        );
  const window = (day: number): ChurnWindow => {
    const x = Float64Array.from({ length: customers * 3 }, () => random.normal());
    const odds = scores(x);
    const open = day + 90 > asOfDay;
    return {
      day,
      customer: Int32Array.from({ length: customers }, (_, i) => i),
      x,
      readable: x,
      ...(open ? {} : { left: Uint8Array.from(odds, (z) => (random.next() < sigmoid(z) ? 1 : 0)) }),
    };
  };
  const snapshots = Array.from({ length: 12 }, (_, i) => window(asOfDay - 90 - 15 * i));
  const current = window(asOfDay);
  const input: ChurnInput = {
    asOfDay,
    horizonDays: 90,
    shortDays: 28,
    firstDay: asOfDay - 300,
    columns,
    readable: ['recencyDays', 'orders', 'noise'],
    baskets,
    snapshots,
    current: { day: asOfDay, count: customers, columns: (from, to) => current.x.slice(from * 3, to * 3) },
  };
  return { input, now: current.x, truth: scores(current.x) };
}

const options = { seed: 1, progress: () => {} };

describe('the churn estimator', () => {
  const { input, now, truth } = simulate(1200, 1);
  const { fitted, metrics, primary, params } = train(input, options);

  test('orders customers nearly as the process does that made them', () => {
    const labels = input.snapshots[0]!.left!;
    expect(metrics['holdOutCustomers']).toBe(labels.length);
    expect(primary.value).toBeGreaterThan(primary.baseline + 0.05);
    // The process itself is drawn anew for the present: correlation of scores instead of outcomes.
    const random = createRandom(9);
    const drawn = Uint8Array.from(truth, (z) => (random.next() < sigmoid(z) ? 1 : 0));
    expect(rocAuc(drawn, fitted.logOdds)!).toBeGreaterThan(rocAuc(drawn, truth)! - 0.02);
  });

  test('gives probabilities that mean what they say, within intervals around them', () => {
    expect(metrics['calibrationError']).toBeLessThan(0.06);
    expect(metrics['slope']).toBeGreaterThan(0.8);
    for (const [i, p] of fitted.probability.entries()) {
      expect(fitted.low[i]).toBeLessThan(p);
      expect(p).toBeLessThan(fitted.high[i]!);
    }
    expect(params['method']).toMatch(/logistic|boosting|blend/);
  });

  // As it is read again, after years in a table of JSON.
  const scorer = restoreChurnScorer(JSON.parse(JSON.stringify(storeChurnScorer(fitted.scorer))));
  const explained = Array.from(fitted.logOdds, (_, i) =>
    explainChurn(scorer, [...now.subarray(i * 3, i * 3 + 3), fitted.productReturn[i]!]),
  );

  test('takes each score apart into parts that add up to it', () => {
    for (const [i, { base, season, contributions, logOdds }] of explained.entries()) {
      const parts = contributions.reduce((sum, v) => sum + v, 0);
      expect(base + season + parts).toBeCloseTo(fitted.logOdds[i]!, 9);
      expect(logOdds).toBeCloseTo(fitted.logOdds[i]!, 9);
      expect(fitted.probability[i]).toBeCloseTo(sigmoid(fitted.logOdds[i]!), 12);
    }
  });

  test('credits what was bought to those who bought it', () => {
    const credit = (wanted: boolean): number => {
      const rows = Array.from(fitted.logOdds, (_, i) => i).filter((i) => (input.baskets.product[i] === 0) === wanted);
      return rows.reduce((sum, i) => sum + explained[i]!.contributions[3]!, 0) / rows.length;
    };
    expect(credit(true)).toBeGreaterThan(credit(false) + 0.2);
  });

  test('is the same for the same seed', () => {
    const small = simulate(150, 2).input;
    expect(train(small, options)).toEqual(train(small, options));
  });

  test('refuses outcomes that are all alike and windows that are all open', () => {
    const same = simulate(60, 3).input;
    for (const { left } of same.snapshots) left?.fill(1);
    expect(() => train(same, options)).toThrow(/same outcome|horizon before/);
    const open = simulate(60, 4).input;
    expect(() => train({ ...open, snapshots: open.snapshots.map(({ left: _, ...rest }) => rest) }, options)).toThrow(
      /closed/,
    );
    const single = simulate(60, 5).input;
    expect(() => train({ ...single, snapshots: single.snapshots.slice(0, 3) }, options)).toThrow(/horizon before/);
  });

  test('survives a column that is constant', () => {
    const { input: flat, now: x } = simulate(200, 6);
    for (const window of [...flat.snapshots, { x }]) for (let i = 0; i < window.x.length; i += 3) window.x[i + 2] = 5;
    expect(train(flat, options).fitted.probability.every(Number.isFinite)).toBe(true);
  });
});

describe('what products say about coming back', () => {
  const baskets = {
    start: Int32Array.of(0, 1, 2, 3, 4, 5, 6),
    product: Int32Array.of(0, 0, 0, 1, 1, 1),
    firstDay: new Float64Array(6).fill(10),
    products: 2,
  };
  const rows = {
    customer: Int32Array.of(0, 1, 2, 3, 4, 5),
    day: new Float64Array(6).fill(20),
    residual: Float64Array.of(0.5, 0.5, 0.5, -0.5, -0.5, -0.5),
  };

  test('is positive for those whose buyers left, and shrunk towards nothing', () => {
    const fitted = fitProductReturns(baskets, rows, 1);
    const [bad, good] = [0, 3].map((c) => productReturn(fitted, baskets, c, 20, { training: false })) as [
      number,
      number,
    ];
    expect(bad).toBeGreaterThan(0);
    expect(good).toBeCloseTo(-bad, 12);
    expect(bad).toBeLessThan(0.5);
  });

  test('never rests on a customer’s own outcome while training', () => {
    const own = (residual: number): number => {
      const changed = { ...rows, residual: Float64Array.of(residual, 0.5, 0.5, -0.5, -0.5, -0.5) };
      return productReturn(fitProductReturns(baskets, changed, 1), baskets, 0, 20, { training: true });
    };
    expect(own(0.9)).toBe(own(-0.9));
  });

  test('does not see products bought on the day of the snapshot or later', () => {
    const fitted = fitProductReturns(baskets, rows, 1);
    expect(productReturn(fitted, baskets, 0, 10, { training: false })).toBe(0);
  });
});

describe('the season', () => {
  const wave = (day: number): number => 0.4 * Math.cos((2 * Math.PI * (day - 200)) / 365.2425);

  test('is found in the shifts of two years of windows', () => {
    const random = createRandom(1);
    const windows = Array.from({ length: 50 }, (_, i) => {
      const day = 18_000 + 15 * i;
      return { day, shift: wave(day) + 0.05 * random.normal(), variance: 0.0025 };
    });
    const curve = fitSeasonCurve(windows);
    for (let day = 19_000; day < 19_365; day += 30) expect(meanSeason(curve, day, 1)).toBeCloseTo(wave(day), 0);
    expect(meanSeason(curve, 19_000, 365.2425)).toBeCloseTo(0, 9);
  });

  test('is the calendar of retail where there is nothing to go by: fewest leave before Christmas', () => {
    expect(fitSeasonCurve([])).toBe(retailCalendar);
    const october = Date.UTC(2025, 9, 1) / 86_400_000;
    const april = Date.UTC(2025, 3, 1) / 86_400_000;
    expect(meanSeason(retailCalendar, october, 90)).toBeLessThan(-0.15);
    expect(meanSeason(retailCalendar, april, 90)).toBeGreaterThan(0.15);
  });
});

describe('the readable tree', () => {
  const random = createRandom(4);
  const x = Float64Array.from({ length: 3000 * 2 }, () => random.next() * 100);
  const y = Uint8Array.from({ length: 3000 }, (_, i) => (x[i * 2]! > 60 && x[i * 2 + 1]! < 30 ? 1 : 0));
  const rules = fitReadableTree(x, y, 2, { seed: 1 });

  test('reads back the rule that made the data', () => {
    const [best] = rules;
    expect(best!.share).toBeGreaterThan(0.95);
    const bounds = Object.fromEntries(best!.conditions.map(({ column, ...rest }) => [column, rest]));
    expect(bounds[0]!.atLeast).toBeCloseTo(60, -1);
    expect(bounds[1]!.below).toBeCloseTo(30, -1);
  });

  test('puts every row under exactly one rule', () => {
    for (let row = 0; row < 3000; row++) {
      const holding = rules.filter((rule) => findRule([rule], x, 2, row) !== undefined);
      expect(holding).toHaveLength(1);
    }
  });

  test('has nothing to say where only one outcome occurs', () => {
    expect(fitReadableTree(x, new Uint8Array(3000), 2, { seed: 1 })).toEqual([]);
  });
});
