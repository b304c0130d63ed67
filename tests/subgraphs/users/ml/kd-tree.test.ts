import { createRandom } from '@cda/platform/ml/random.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKdTree } from '../../../../subgraphs/users/src/ml/kd-tree.ts';
import { squaredDistance } from '../../../../subgraphs/users/src/ml/kmeans-kernel.ts';

test('finds the point that comparing with all finds, the lowest of equals', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 400 }),
      fc.boolean(),
      (seed, d, m, coarse) => {
        const random = createRandom(seed);
        // Coarse points lie on top of each other.
        const draw = (): number => (coarse ? random.integer(4) : random.normal());
        const x = Float64Array.from({ length: 2 * m * d }, draw);
        // Every other point is in the tree.
        const rows = Int32Array.from({ length: m }, (_, i) => 2 * i);
        const tree = createKdTree(x, d, rows);
        for (let q = 0; q < 20; q++) {
          const y = Float64Array.from({ length: d }, draw);
          let nearest = -1;
          let least = Number.POSITIVE_INFINITY;
          for (const [i, row] of rows.entries()) {
            const distance = squaredDistance(x, row * d, y, 0, d);
            if (distance < least) {
              least = distance;
              nearest = i;
            }
          }
          expect(tree.nearest(y, 0)).toBe(nearest);
        }
      },
    ),
    { numRuns: 100 },
  );
});
