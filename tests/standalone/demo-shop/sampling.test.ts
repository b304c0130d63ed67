import { createSampler, drawIndex, drawPoisson } from '@cda/standalone/demo-shop/sampling.ts';
import { createStream, streamSeed } from '@cda/standalone/demo-shop/streams.ts';
import { describe, expect, test } from 'vitest';

describe('sampling', () => {
  test('by alias table and by walking both draw in proportion to the weights', () => {
    const weights = [0, 1, 5, 0.5, 3.5];
    const draws = 100_000;
    const random = createStream(1, 'session');
    const sampler = createSampler(weights);
    for (const draw of [() => sampler(random), () => drawIndex(random, weights)]) {
      const counts = weights.map(() => 0);
      for (let i = 0; i < draws; i++) {
        const index = draw();
        counts[index] = counts[index]! + 1;
      }
      expect(counts[0]).toBe(0);
      weights.forEach((weight, i) => {
        const share = weight / 10;
        expect(Math.abs(counts[i]! / draws - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws) + 1e-12);
      });
    }
  });

  test('gives Poisson counts whose mean and variance are the mean asked for, small or large', () => {
    for (const mean of [0, 0.3, 4, 29, 31, 800]) {
      const random = createStream(2, 'session', mean * 10);
      const draws = 20_000;
      let [sum, squares] = [0, 0];
      for (let i = 0; i < draws; i++) {
        const count = drawPoisson(random, mean);
        expect(Number.isInteger(count) && count >= 0).toBe(true);
        sum += count;
        squares += count * count;
      }
      const found = sum / draws;
      expect(Math.abs(found - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean / draws));
      if (mean > 0) expect((squares / draws - found * found) / mean).toBeCloseTo(1, 1);
    }
  });

  test('has streams that repeat, and differ by seed, concern and both coordinates', () => {
    const seeds = new Set<number>();
    for (const seed of [0, 1, 42]) {
      for (const concern of ['life', 'basket', 'price'] as const) {
        for (let a = -2; a < 30; a++) for (let b = 0; b < 30; b++) seeds.add(streamSeed(seed, concern, a, b));
      }
    }
    // Of 8,640 seeds of 32 bits a pair may meet by chance, once in a hundred such sets.
    expect(seeds.size).toBeGreaterThan(8638);
    expect(createStream(1, 'life', 3, 4).next()).toBe(createStream(1, 'life', 3, 4).next());
  });
});
