import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignLeastCost } from '../../../../subgraphs/users/src/ml/assignment.ts';
import { chooseK } from '../../../../subgraphs/users/src/ml/choose-k.ts';
import { adjustedRandIndex, bestJaccard, silhouette } from '../../../../subgraphs/users/src/ml/cluster-quality.ts';
import { explainNearestCentre } from '../../../../subgraphs/users/src/ml/nearest-centre-explanation.ts';
import { drawBlobs } from './blobs.ts';

describe('the adjusted Rand index', () => {
  test('is 1 for equal partitions under any names, and about 0 by chance', () => {
    expect(adjustedRandIndex([0, 0, 1, 1, 2], [2, 2, 0, 0, 1])).toBe(1);
    const { labels } = drawBlobs(3000, 1, 4, 1, 1);
    const { labels: others } = drawBlobs(3000, 1, 4, 1, 2);
    expect(Math.abs(adjustedRandIndex(labels, others))).toBeLessThan(0.02);
  });

  test('is that of the worked example of Hubert and Arabie’s formula', () => {
    // Table [[2, 0], [1, 3]]: pairs together in both 4, in rows 7, in columns 6, expected 7 · 6 / 15.
    expect(adjustedRandIndex([0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1])).toBeCloseTo((4 - 2.8) / (6.5 - 2.8), 12);
  });
});

test('the best Jaccard similarity compares each cluster with its like', () => {
  const similarity = bestJaccard([0, 0, 0, 1, 1], [1, 1, 0, 0, 0], 3, 2);
  expect([...similarity]).toEqual([2 / 3, 2 / 3, 0]);
});

describe('the silhouette', () => {
  test('is that of the definition on four points', () => {
    // Point 0: within 1, between 10.5; the others by symmetry.
    const value = silhouette(Float64Array.of(0, 1, 10, 11), 1, Int32Array.of(0, 0, 1, 1), 2);
    expect(value).toBeCloseTo(((10.5 - 1) / 10.5 + (9.5 - 1) / 9.5) / 2, 12);
  });

  test('is undefined for a single cluster', () => {
    expect(silhouette(Float64Array.of(0, 1), 1, Int32Array.of(0, 0), 1)).toBeUndefined();
  });
});

describe('the number of clusters', () => {
  test('is the one that the points were drawn with', () => {
    for (const k of [3, 5, 7]) {
      const { x } = drawBlobs(900, 3, k, 8, k);
      expect(chooseK(x, 3, { seed: 1 }).k).toBe(k);
    }
  });

  test('is never more than the different points, however many rows there are', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    const { k, candidates } = chooseK(x, 1, { seed: 1 });
    expect(k).toBe(2);
    expect(candidates.every(({ stability }) => Number.isFinite(stability))).toBe(true);
  });
});

describe('the assignment of least cost', () => {
  const permutations = (rows: number[]): number[][] =>
    rows.length === 0
      ? [[]]
      : rows.flatMap((row) => permutations(rows.filter((r) => r !== row)).map((rest) => [row, ...rest]));

  test('is the best of all permutations', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 25, maxLength: 25 }),
        (rows, columns, values) => {
          const cost = Float64Array.from(values.slice(0, rows * columns));
          const found = assignLeastCost(cost, rows, columns);
          const used = [...found].filter((column) => column >= 0);
          expect(new Set(used).size).toBe(Math.min(rows, columns));
          const size = Math.max(rows, columns);
          const costOf = (row: number, column: number): number =>
            row < rows && column < columns ? cost[row * columns + column]! : 0;
          const best = Math.min(
            ...permutations(Array.from({ length: size }, (_, i) => i)).map((order) =>
              order.reduce((sum, column, row) => sum + costOf(row, column), 0),
            ),
          );
          expect([...found].reduce((sum, column, row) => sum + (column < 0 ? 0 : costOf(row, column)), 0)).toBe(best);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('why a point is in its cluster', () => {
  test('adds up to the difference of the squared distances', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }), (point) => {
        const centres = Float64Array.of(0, 0, 0, 3, 0, -1, -2, 2, 2);
        const { cluster, rival, contributions, margin } = explainNearestCentre(point, centres, 3);
        const distance = (c: number): number => point.reduce((sum, v, j) => sum + (v - centres[c * 3 + j]!) ** 2, 0);
        const order = [0, 1, 2].sort((a, b) => distance(a) - distance(b) || a - b);
        expect([cluster, rival]).toEqual(order.slice(0, 2));
        expect(margin).toBeCloseTo(distance(rival) - distance(cluster), 9);
        expect(contributions.reduce((sum, v) => sum + v, 0)).toBeCloseTo(margin, 9);
      }),
    );
  });
});
