import { createRandom } from '@cda/platform/ml/random.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKnee, fitDbscan, kDistances, NOISE } from '../../../../subgraphs/users/src/ml/dbscan.ts';

/** The definition, compared point by point. */
function bruteForce(x: Float64Array, d: number, eps: number, minPoints: number): number[] {
  const n = x.length / d;
  const near = (i: number): number[] =>
    Array.from({ length: n }, (_, j) => j).filter((j) => {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += (x[i * d + c]! - x[j * d + c]!) ** 2;
      return sum <= eps * eps;
    });
  const neighbours = Array.from({ length: n }, (_, i) => near(i));
  const labels: number[] = new Array(n).fill(NOISE);
  let clusters = 0;
  for (let i = 0; i < n; i++) {
    if (neighbours[i]!.length < minPoints || labels[i] !== NOISE) continue;
    const queue = [i];
    labels[i] = clusters;
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (neighbours[at]!.length < minPoints) continue;
      for (const j of neighbours[at]!) {
        if (labels[j] !== NOISE) continue;
        labels[j] = clusters;
        queue.push(j);
      }
    }
    clusters++;
  }
  return labels;
}

describe('DBSCAN', () => {
  test('labels every point as the definition does, ties and borders included', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0.25, 0.5, 1, 2.5),
        (seed, d, minPoints, eps) => {
          const random = createRandom(seed);
          const n = 1 + random.integer(150);
          // A lattice has many points at exactly eps.
          const x = Float64Array.from({ length: n * d }, () => Math.round(random.normal() * 6) / 4);
          expect([...fitDbscan(x, d, { eps, minPoints }).labels]).toEqual(bruteForce(x, d, eps, minPoints));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('follows shapes that have no centre', () => {
    const random = createRandom(1);
    const ring = (radius: number, n: number): number[] =>
      Array.from({ length: n }, () => random.next() * 2 * Math.PI).flatMap((angle) => [
        radius * Math.cos(angle) + 0.05 * random.normal(),
        radius * Math.sin(angle) + 0.05 * random.normal(),
      ]);
    const x = Float64Array.from([...ring(1, 300), ...ring(3, 600)]);
    const { labels, clusters } = fitDbscan(x, 2, { eps: 0.4, minPoints: 4 });
    expect(clusters).toBe(2);
    expect(new Set(labels.subarray(0, 300))).toEqual(new Set([0]));
    expect(new Set(labels.subarray(300))).toEqual(new Set([1]));
  });

  test('takes 100,000 points in three dimensions, whose pairs would not fit into memory', () => {
    const random = createRandom(2);
    const x = Float64Array.from({ length: 300_000 }, () => random.normal());
    const { clusters, labels } = fitDbscan(x, 3, { eps: 0.12, minPoints: 6 });
    expect(clusters).toBeGreaterThan(0);
    expect(labels.length).toBe(100_000);
  });

  test('calls everything noise where nothing is dense, and one cluster where all points are equal', () => {
    const far = Float64Array.from({ length: 20 }, (_, i) => 100 * i);
    expect(new Set(fitDbscan(far, 1, { eps: 1, minPoints: 2 }).labels)).toEqual(new Set([NOISE]));
    expect(new Set(fitDbscan(new Float64Array(40).fill(7), 2, { eps: 0.1, minPoints: 3 }).labels)).toEqual(
      new Set([0]),
    );
  });

  test('refuses what it cannot do', () => {
    expect(() => fitDbscan(new Float64Array(14), 7, { eps: 1, minPoints: 2 })).toThrow(RangeError);
    expect(() => fitDbscan(new Float64Array(4), 2, { eps: 0, minPoints: 2 })).toThrow(RangeError);
    expect(() => fitDbscan(Float64Array.of(Number.NaN, 0), 2, { eps: 1, minPoints: 2 })).toThrow(RangeError);
  });
});

describe('the k-distance curve', () => {
  test('holds the distance to the k-th nearest other point', () => {
    expect([...kDistances(Float64Array.of(0, 1, 3, 7), 1, 2, Int32Array.of(0, 1, 2, 3))]).toEqual([2, 3, 3, 6]);
  });

  test('has its knee where it turns up', () => {
    const curve = Float64Array.from({ length: 200 }, (_, i) => (i < 160 ? i * 0.001 : 0.16 + (i - 160) * 0.2));
    expect(findKnee(curve)).toBeCloseTo(0.16, 1);
    expect(findKnee(new Float64Array(50).fill(2))).toBeUndefined();
    expect(findKnee(Float64Array.of(1, 2))).toBeUndefined();
  });
});
