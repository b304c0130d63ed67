import { createRandom } from '@cda/platform/ml/random.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../../subgraphs/users/src/ml/cluster-quality.ts';
import { fitByLibrary, fitKMeans, toRows } from '../../../../subgraphs/users/src/ml/kmeans.ts';
import { drawStart, fitLloyd, inertiaOf } from '../../../../subgraphs/users/src/ml/kmeans-kernel.ts';
import { startLloydThreads } from '../../../../subgraphs/users/src/ml/kmeans-workers.ts';
import { drawBlobs } from './blobs.ts';

describe('the own kernel', () => {
  test('gives the labels and centres of ml-kmeans from the same start, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 8 }),
        (seed, d, k, apart) => {
          const random = createRandom(seed);
          const n = k + random.integer(300);
          // Rounded values make ties, which both have to settle alike.
          const x = Float64Array.from(
            { length: n * d },
            () => Math.round(random.normal() * 4 + apart * random.integer(3)) / 4,
          );
          const start = drawStart(x, d, k, seed);
          const limits = { maxIterations: 60, tolerance: 0 };
          const own = fitLloyd(x, d, start, limits);
          const library = fitByLibrary(x, toRows(x, d), d, start, limits);
          expect(own.centres).toEqual(library.centres);
          expect(own.labels).toEqual(library.labels);
          expect(own.iterations).toBe(library.iterations);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('never raises the inertia from one iteration to the next', () => {
    const { x } = drawBlobs(2000, 4, 5, 2, 3);
    const start = drawStart(x, 4, 5, 1);
    let before = Number.POSITIVE_INFINITY;
    for (let iterations = 1; iterations < 15; iterations++) {
      const { inertia } = fitLloyd(x, 4, start, { maxIterations: iterations });
      expect(inertia).toBeLessThanOrEqual(before + 1e-9);
      before = inertia;
    }
  });

  test('gives the same bits whatever the number of threads', () => {
    // Four chunks of points, the last of them short.
    const { x } = drawBlobs(60_000, 3, 5, 1, 8);
    const start = drawStart(x, 3, 5, 2);
    const alone = fitLloyd(x, 3, start, { maxIterations: 25 });
    for (const threads of [1, 3]) {
      using crew = startLloydThreads(x, 3, 5, threads);
      expect(fitLloyd(x, 3, start, { maxIterations: 25, ...crew })).toEqual(alone);
      // The same threads once more, from the beginning.
      expect(fitLloyd(x, 3, start, { maxIterations: 25, ...crew })).toEqual(alone);
    }
    // ml-kmeans adds all points up in one go: the same labels, and centres but for rounding.
    const library = fitByLibrary(x, toRows(x, 3), 3, start, { maxIterations: 25, tolerance: 0 });
    expect(alone.labels).toEqual(library.labels);
    for (const [i, value] of alone.centres.entries()) expect(value).toBeCloseTo(library.centres[i]!, 10);
    expect(alone.inertia / library.inertia).toBeCloseTo(1, 12);
  });

  test('keeps the centre of a cluster that has become empty', () => {
    const x = Float64Array.of(0, 1, 2, 3);
    const { centres, labels } = fitLloyd(x, 1, Float64Array.of(1, 100));
    expect([...centres]).toEqual([1.5, 100]);
    expect([...labels]).toEqual([0, 0, 0, 0]);
  });
});

describe('K-means', () => {
  test('finds the groups that the points were drawn from', () => {
    const { x, labels } = drawBlobs(1500, 3, 5, 8, 1);
    expect(adjustedRandIndex(fitKMeans(x, 3, 5, { seed: 1 }).labels, labels)).toBeGreaterThan(0.99);
  });

  test('reaches the same inertia by the library and by the own kernel', () => {
    const { x } = drawBlobs(3000, 4, 6, 2, 2);
    const options = { seed: 4, starts: 3 };
    const own = fitKMeans(x, 4, 6, { ...options, kernel: 'own' });
    const library = fitKMeans(x, 4, 6, { ...options, kernel: 'library' });
    expect(own.inertia).toBeCloseTo(library.inertia, 6);
    expect(own.labels).toEqual(library.labels);
  });

  test('ends within half a per cent of the best of ten for every seed', () => {
    const { x } = drawBlobs(4000, 6, 6, 3, 5);
    const inertias = Array.from({ length: 10 }, (_, seed) => fitKMeans(x, 6, 6, { seed, kernel: 'own' }).inertia);
    expect(Math.max(...inertias)).toBeLessThanOrEqual(1.005 * Math.min(...inertias));
  });

  test('of many points is the same with threads and without, and as good as from starts on all of them', () => {
    const { x } = drawBlobs(60_000, 3, 5, 2, 9);
    const fit = fitKMeans(x, 3, 5, { seed: 3, starts: 3, threads: 3 });
    expect(fitKMeans(x, 3, 5, { seed: 3, starts: 3, threads: 1 })).toEqual(fit);
    const starts = Array.from({ length: 3 }, (_, s) => fitLloyd(x, 3, drawStart(x, 3, 5, s)).inertia);
    expect(fit.inertia).toBeLessThanOrEqual(1.002 * Math.min(...starts));
    expect(fit.inertia).toBeCloseTo(inertiaOf(x, 3, fit.centres, fit.labels), 6);
  });

  test('labels points by the centres that it returns, also where it had to stop early', () => {
    const { x } = drawBlobs(500, 2, 4, 1, 6);
    const fit = fitKMeans(x, 2, 4, { seed: 1, starts: 1, maxIterations: 2 });
    expect(fit.inertia).toBeCloseTo(inertiaOf(x, 2, fit.centres, fit.labels), 9);
  });

  test('refuses more clusters than points and values that are no numbers', () => {
    expect(() => fitKMeans(Float64Array.of(1, 2), 1, 3, { seed: 1 })).toThrow(RangeError);
    expect(() => fitKMeans(Float64Array.of(1, Number.NaN), 1, 1, { seed: 1 })).toThrow(RangeError);
  });

  test('survives points that are all equal', () => {
    const fit = fitKMeans(new Float64Array(20).fill(3), 2, 3, { seed: 1 });
    expect(fit.inertia).toBe(0);
    expect(fit.centres.every(Number.isFinite)).toBe(true);
  });
});
