import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';
import { regionalDemand } from '../../../../subgraphs/recommendations/src/ml/regional-demand.ts';

function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit || count < 0; count++) product *= random.next();
  return count;
}

/** Counts of 60 products in four regions of falling size whose tastes differ by up to four times, and the true factors against the shop. */
function shop(differ: boolean) {
  const random = createRandom(3);
  const sizes = [40, 10, 2, 0.2];
  const means = sizes.map((size) =>
    Float64Array.from({ length: 60 }, () => size * (differ ? 2 ** (2 * random.next() - 1) : 1)),
  );
  const shareOf = (rates: Float64Array): Float64Array => {
    const sum = rates.reduce((a, b) => a + b, 0);
    return rates.map((rate) => rate / sum);
  };
  const whole = shareOf(Float64Array.from({ length: 60 }, (_, i) => means.reduce((sum, mean) => sum + mean[i]!, 0)));
  return {
    regions: means.map((mean) => ({ buyers: mean.map((one) => poisson(random, one)) })),
    factors: means.map((mean) => shareOf(mean).map((share, i) => share / whole[i]!)),
  };
}

const errorOf = (estimate: Float64Array, truth: Float64Array): number =>
  Math.sqrt(estimate.reduce((sum, value, i) => sum + (Math.log(value) - Math.log(truth[i]!)) ** 2, 0) / truth.length);

describe('demand by region', () => {
  test('comes nearer to the truth than the counts alone and than no difference at all', () => {
    const { regions, factors } = shop(true);
    const ones = new Float64Array(60).fill(1);
    for (const [r, { factor }] of regionalDemand(regions, 60).entries()) {
      const own = regions[r]!.buyers.reduce((a, b) => a + b, 0);
      const total = regions.reduce((sum, { buyers }) => sum + buyers.reduce((a, b) => a + b, 0), 0);
      const raw = regions[r]!.buyers.map((count, i) => {
        const expected = (own * regions.reduce((sum, { buyers }) => sum + buyers[i]!, 0)) / total;
        return (count + 1e-3) / (expected + 1e-3);
      });
      // The first makes up most of the shop: its counts alone are good enough.
      if (r > 0) expect(errorOf(factor, factors[r]!)).toBeLessThan(errorOf(raw, factors[r]!));
      if (r < 3) expect(errorOf(factor, factors[r]!)).toBeLessThan(errorOf(ones, factors[r]!));
    }
  });

  test('leaves the regions of a uniform shop at its popularity', () => {
    for (const { factor } of regionalDemand(shop(false).regions, 60)) {
      expect(errorOf(factor, new Float64Array(60).fill(1))).toBeLessThan(0.2);
    }
  });

  test('counts a region’s own orders the more, the more there are', () => {
    const weights = regionalDemand(shop(true).regions, 60).map(
      ({ ownWeight }) => ownWeight.reduce((a, b) => a + b, 0) / 60,
    );
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights[0]).toBeGreaterThan(0.7);
    expect(weights[3]).toBeLessThan(0.2);
  });

  test('of a region without orders, and of a shop without any, is the shop’s', () => {
    const empty = { buyers: new Float64Array(3) };
    const [, none] = regionalDemand([{ buyers: Float64Array.of(9, 3, 1) }, empty], 3);
    expect([...none!.factor]).toEqual([1, 1, 1]);
    expect([...regionalDemand([empty], 3)[0]!.factor]).toEqual([1, 1, 1]);
    expect(regionalDemand([], 3)).toEqual([]);
  });
});
