import { createRandom } from '@cda/platform/ml/random.ts';
import { shrinkTowardsGroups } from '@cda/platform/ml/shrinkage.ts';
import { expect, test } from 'vitest';

/** 400 true values about 10 group means, seen with errors of known and unequal size. */
function draw(seed: number, within = 0.5, between = 0.8) {
  const random = createRandom(seed);
  const n = 400;
  const groupCount = 10;
  const means = Array.from({ length: groupCount }, () => -2 + between * random.normal());
  const group = Int32Array.from({ length: n }, () => random.integer(groupCount));
  const truth = Float64Array.from(group, (g) => means[g]! + within * random.normal());
  const deviation = Float64Array.from(group, () => 0.2 + 1.2 * random.next());
  const estimate = truth.map((value, i) => value + deviation[i]! * random.normal());
  return { group, groupCount, truth, estimate, variance: deviation.map((value) => value * value) };
}

const error = (values: Float64Array, truth: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / truth.length);

test('shrinking brings estimates closer to the truth and its intervals hold what they promise', () => {
  for (const seed of [1, 2, 3]) {
    const { group, groupCount, truth, estimate, variance } = draw(seed);
    const fit = shrinkTowardsGroups(estimate, variance, group, groupCount);
    expect(error(fit.value, truth)).toBeLessThan(0.6 * error(estimate, truth));
    const held = fit.value.filter((value, i) => Math.abs(value - truth[i]!) < 1.96 * fit.deviation[i]!).length;
    expect(held / truth.length).toBeGreaterThan(0.91);
    expect(held / truth.length).toBeLessThan(0.985);
    expect(Math.sqrt(fit.within)).toBeCloseTo(0.5, 0);
  }
});

test('own, group and overall parts add up to the value', () => {
  const { group, groupCount, estimate, variance } = draw(5);
  const fit = shrinkTowardsGroups(estimate, variance, group, groupCount);
  fit.value.forEach((value, i) => {
    const rest = 1 - fit.ownWeight[i]! - fit.groupWeight[i]!;
    const sum =
      fit.ownWeight[i]! * estimate[i]! + fit.groupWeight[i]! * fit.groupMean[group[i]!]! + rest * fit.overallMean;
    expect(sum).toBeCloseTo(value, 9);
  });
});

test('a group without members is expected at the overall mean, with the spread of groups', () => {
  const { group, estimate, variance } = draw(6);
  const fit = shrinkTowardsGroups(estimate, variance, group, 11);
  expect(fit.groupPosterior[10]).toBeCloseTo(fit.overallMean, 12);
  expect(fit.groupDeviation[10]).toBeGreaterThan(Math.sqrt(fit.between) * 0.99);
});

test('equal estimates are pulled together fully, and a single one stays what it is', () => {
  const equal = shrinkTowardsGroups(Float64Array.of(1, 1, 1), Float64Array.of(0.1, 2, 3), Int32Array.of(0, 0, 0), 1);
  expect(equal.within).toBe(0);
  expect([...equal.value]).toEqual([1, 1, 1]);
  const single = shrinkTowardsGroups(Float64Array.of(-3), Float64Array.of(0.5), Int32Array.of(0), 1);
  expect(single.value[0]).toBeCloseTo(-3, 12);
  expect(single.deviation[0]).toBeCloseTo(Math.sqrt(0.5), 12);
});

test('an estimate without a finite value or a variance is refused', () => {
  expect(() => shrinkTowardsGroups(Float64Array.of(Number.NaN), Float64Array.of(1), Int32Array.of(0), 1)).toThrow();
  expect(() => shrinkTowardsGroups(Float64Array.of(1), Float64Array.of(0), Int32Array.of(0), 1)).toThrow();
});

test('a belief about the spread keeps few noisy estimates apart, and gives way to many good ones', () => {
  const belief = { variance: 0.36, members: 8 };
  const noisy = Float64Array.of(-2.1, -1.9, -2, -2.05);
  const group = new Int32Array(4);
  const variance = new Float64Array(4).fill(1);
  expect(shrinkTowardsGroups(noisy, variance, group, 1).within).toBe(0);
  expect(Math.sqrt(shrinkTowardsGroups(noisy, variance, group, 1, belief).within)).toBeGreaterThan(0.5);
  const many = draw(7, 0.2, 0.5);
  const precise = many.variance.map(() => 0.01);
  const random = createRandom(8);
  const estimate = many.truth.map((value) => value + 0.1 * random.normal());
  const fit = shrinkTowardsGroups(estimate, precise, many.group, many.groupCount, belief);
  expect(Math.sqrt(fit.within)).toBeLessThan(0.25);
});
