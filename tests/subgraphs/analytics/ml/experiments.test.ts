import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';
import { alwaysValid, halfWidth } from '../../../../subgraphs/analytics/src/ml/always-valid.ts';
import { liftOf } from '../../../../subgraphs/analytics/src/ml/lift.ts';
import { preferenceOf } from '../../../../subgraphs/analytics/src/ml/preference.ts';
import { probabilityBest } from '../../../../subgraphs/analytics/src/ml/probability-best.ts';
import { sampleRatioP } from '../../../../subgraphs/analytics/src/ml/sample-ratio.ts';
import { minimumDetectableEffect, peoplePerVariant } from '../../../../subgraphs/analytics/src/ml/sample-size.ts';
import { adjustedMeans, type VariantMoments } from '../../../../subgraphs/analytics/src/ml/variant-moments.ts';

const empty = (): VariantMoments => ({ n: 0, sumY: 0, sumYY: 0, sumX: 0, sumXX: 0, sumXY: 0 });

function add(moments: VariantMoments, y: number, x = 0): void {
  moments.n++;
  moments.sumY += y;
  moments.sumYY += y * y;
  moments.sumX += x;
  moments.sumXX += x * x;
  moments.sumXY += x * y;
}

/** One experiment of two variants, looked at again after every `every` people: what the looks said. */
function run(
  random: Random,
  people: number,
  every: number,
  draw: (random: Random, variant: number) => [y: number, x: number],
  trueLift: number,
  minimumEffect = 0.1,
  burnIn = 200,
): { found: boolean; covered: boolean } {
  const moments = [empty(), empty()];
  let found = false;
  let covered = true;
  for (let person = 1; person <= people; person++) {
    const variant = random.integer(2);
    add(moments[variant]!, ...draw(random, variant));
    if (person < burnIn || person % every > 0) continue;
    const [control, treated] = adjustedMeans(moments).means;
    const lift = liftOf(control!, treated!, minimumEffect, 0.05);
    if (!lift) continue;
    found ||= lift.pValue < 0.05;
    covered &&= lift.low <= trueLift && trueLift <= lift.high;
  }
  return { found, covered };
}

const share = (count: number, of: (i: number) => boolean): number =>
  Array.from({ length: count }, (_, i) => of(i)).filter(Boolean).length / count;

const bought =
  (rates: [number, number]) =>
  (random: Random, variant: number): [number, number] => [random.next() < rates[variant]! ? 1 : 0, 0];

describe('the always-valid test', () => {
  test('says the same by its p-value and by its interval', () => {
    const random = createRandom(1);
    for (let i = 0; i < 500; i++) {
      const estimate = random.normal() * 0.3;
      const { low, high, pValue } = alwaysValid(estimate, 0.01, 0.1 + random.next(), 0.05);
      expect(pValue < 0.05).toBe(low > 0 || high < 0);
    }
  });

  test('is narrowest, in standard errors, near the effect that it was planned for, and never as narrow as a test for one look', () => {
    expect(halfWidth(8, 0.05)).toBeGreaterThan(1.96);
    for (const ratio of [0.01, 0.5, 100, 10_000]) expect(halfWidth(ratio, 0.05)).toBeGreaterThan(halfWidth(8, 0.05));
  });

  test('finds nothing where nothing is, in 95 of 100 experiments of equal shares looked at after every tenth person', () => {
    const random = createRandom(11);
    const falsely = share(600, () => run(random, 6_000, 10, bought([0.08, 0.08]), 0).found);
    expect(falsely).toBeLessThanOrEqual(0.05);
  });

  test('holds for skewed revenue, most of it zero, as well, where a fixed-sample test looked at as often errs in a third', () => {
    const random = createRandom(12);
    const revenue = (r: Random): [number, number] => [r.next() < 0.1 ? Math.exp(4 + 0.8 * r.normal()) : 0, 0];
    expect(share(400, () => run(random, 6_000, 10, revenue, 0, 0.1, 400).found)).toBeLessThanOrEqual(0.05);
    const naive = share(200, () => {
      const moments = [empty(), empty()];
      for (let person = 1; person <= 6_000; person++) {
        add(moments[random.integer(2)]!, ...revenue(random));
        if (person < 400 || person % 10 > 0) continue;
        const [a, b] = adjustedMeans(moments).means;
        if (Math.abs(a!.mean - b!.mean) > 1.96 * Math.sqrt(a!.variance + b!.variance)) return true;
      }
      return false;
    });
    expect(naive).toBeGreaterThan(0.2);
  });

  test('covers the true lift at all looks at once in 95 of 100 experiments', () => {
    const random = createRandom(13);
    expect(share(400, () => run(random, 6_000, 10, bought([0.1, 0.125]), 0.25).covered)).toBeGreaterThanOrEqual(0.95);
  });

  test('finds the planned effect with the planned people about as often as planned', () => {
    const random = createRandom(14);
    const rate = 0.1;
    const effect = 0.25;
    const people = peoplePerVariant(effect, {
      relativeVariance: (1 - rate) / rate,
      variants: 2,
      power: 0.8,
      alpha: 0.05,
    });
    const found = share(
      400,
      () => run(random, 2 * people, 20, bought([rate, rate * (1 + effect)]), effect, effect).found,
    );
    expect(found).toBeGreaterThanOrEqual(0.78);
    expect(found).toBeLessThanOrEqual(0.92);
  });

  test('is not identified where the control has no outcome yet', () => {
    const moments = [empty(), empty()];
    for (let i = 0; i < 50; i++) add(moments[0]!, 0);
    for (let i = 0; i < 50; i++) add(moments[1]!, i % 2);
    const [control, treated] = adjustedMeans(moments).means;
    expect(liftOf(control!, treated!, 0.1, 0.05)).toBeUndefined();
  });
});

describe('the covariate from before', () => {
  const spender = (random: Random, variant: number, lift = 0): [number, number] => {
    const level = Math.exp(random.normal());
    return [level * (1 + lift * variant) * 20 + 4 * random.normal(), level * 20 + 4 * random.normal()];
  };

  test('takes away most of a variance that it explains, and leaves the effect as it is', () => {
    const random = createRandom(21);
    const plain: number[] = [];
    const adjusted: number[] = [];
    let reduction = 0;
    for (let i = 0; i < 200; i++) {
      const moments = [empty(), empty()];
      for (let person = 0; person < 1_000; person++) add(moments[person % 2]!, ...spender(random, person % 2, 0.1));
      const cuped = adjustedMeans(moments);
      reduction += cuped.reduction / 200;
      adjusted.push(cuped.means[1]!.mean - cuped.means[0]!.mean);
      plain.push(moments[1]!.sumY / 500 - moments[0]!.sumY / 500);
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const variance = (values: number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
    expect(reduction).toBeGreaterThan(0.8);
    expect(variance(adjusted)).toBeLessThan(0.3 * variance(plain));
    // The true effect is a tenth of 20 · e^½.
    expect(Math.abs(mean(adjusted) - 2 * Math.exp(0.5))).toBeLessThan(0.25);
  });

  test('keeps the false findings of heavy-tailed revenue within bounds', () => {
    const random = createRandom(22);
    expect(share(300, () => run(random, 4_000, 20, spender, 0, 0.1, 400).found)).toBeLessThanOrEqual(0.05);
  });

  test('that says nothing changes nothing', () => {
    const moments = [empty(), empty()];
    for (let i = 0; i < 100; i++) add(moments[i % 2]!, i % 3, 7);
    const { means, reduction } = adjustedMeans(moments);
    expect(reduction).toBe(0);
    expect(means[0]!.mean).toBeCloseTo(moments[0]!.sumY / moments[0]!.n, 12);
  });
});

describe('the shares of people', () => {
  test('are rarely doubted while they are right, at whatever moment one looks', () => {
    const random = createRandom(31);
    const doubted = share(500, () => {
      const counts = [0, 0, 0];
      for (let person = 1; person <= 4_000; person++) {
        const draw = random.next();
        counts[draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2]!++;
        if (person % 20 === 0 && sampleRatioP(counts, [50, 30, 20]) < 0.01) return true;
      }
      return false;
    });
    expect(doubted).toBeLessThanOrEqual(0.01);
  });

  test('are doubted when one variant loses a tenth of its people', () => {
    expect(sampleRatioP([10_000, 9_000], [1, 1])).toBeLessThan(1e-6);
    expect(sampleRatioP([10_050, 9_950], [1, 1])).toBe(1);
  });
});

describe('the preference between two lists', () => {
  test('agrees with the exact sign test, and asks for more since it may be looked at often', () => {
    // 2 · Σ C(10, k) / 2¹⁰ for k = 0, 1
    expect(preferenceOf(9, 1, 0.05)!.signTestPValue).toBeCloseTo(22 / 1024, 10);
    expect(preferenceOf(60, 40, 0.05)!.pValue).toBeGreaterThan(preferenceOf(60, 40, 0.05)!.signTestPValue);
    expect(preferenceOf(0, 0, 0.05)).toBeUndefined();
  });

  test('finds none where there is none, looked at after every tenth click, and covers the truth where there is one', () => {
    const random = createRandom(41);
    const looks = (truth: number): { found: boolean; covered: boolean } => {
      let first = 0;
      let found = false;
      let covered = true;
      for (let n = 1; n <= 1_000; n++) {
        if (random.next() < truth) first++;
        if (n % 10 > 0) continue;
        const { pValue, low, high } = preferenceOf(first, n - first, 0.05)!;
        found ||= pValue < 0.05;
        covered &&= low <= truth && truth <= high;
      }
      return { found, covered };
    };
    expect(share(400, () => looks(0.5).found)).toBeLessThanOrEqual(0.05);
    const preferred = Array.from({ length: 300 }, () => looks(0.6));
    expect(preferred.filter(({ found }) => found).length / 300).toBeGreaterThan(0.95);
    expect(preferred.filter(({ covered }) => covered).length / 300).toBeGreaterThanOrEqual(0.95);
  });

  test('is symmetric', () => {
    const one = preferenceOf(70, 30, 0.05)!;
    const other = preferenceOf(30, 70, 0.05)!;
    expect(one.low).toBeCloseTo(1 - other.high, 9);
    expect(one.pValue).toBeCloseTo(other.pValue, 12);
  });
});

describe('the probability to be best', () => {
  test('is one half each for equals, and adds up to one', () => {
    const equal = { n: 100, mean: 0.1, variance: 0.0009 };
    for (const p of probabilityBest([equal, equal])) expect(p).toBeCloseTo(0.5, 6);
    const many = probabilityBest([equal, { ...equal, mean: 0.13 }, { ...equal, mean: 0.05 }]);
    expect(many.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  test('is what drawing from both distributions finds', () => {
    const random = createRandom(51);
    const a = { n: 1, mean: 1, variance: 0.04 };
    const b = { n: 1, mean: 1.2, variance: 0.09 };
    const drawn = share(200_000, () => 1 + 0.2 * random.normal() < 1.2 + 0.3 * random.normal());
    expect(probabilityBest([a, b])[1]).toBeCloseTo(drawn, 2);
  });
});

describe('the plan', () => {
  const plan = { relativeVariance: 9, variants: 2, power: 0.8, alpha: 0.05 };

  test('needs a quarter of the people for about twice the effect, and more for more variants', () => {
    expect(peoplePerVariant(Math.sqrt(1.1) - 1, plan) / peoplePerVariant(0.1, plan)).toBeCloseTo(4, 2);
    expect(peoplePerVariant(0.1, { ...plan, variants: 4 })).toBeGreaterThan(peoplePerVariant(0.1, plan));
  });

  test('turned round gives the effect again', () => {
    const people = peoplePerVariant(0.15, plan);
    expect(minimumDetectableEffect(people, plan)).toBeCloseTo(0.15, 4);
  });
});
