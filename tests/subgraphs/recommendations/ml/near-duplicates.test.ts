import { createRandom } from '@cda/platform/ml/random.ts';
import { sparseMatrix } from '@cda/platform/ml/sparse-matrix.ts';
import { describe, expect, test } from 'vitest';
import { contentVectors } from '../../../../subgraphs/recommendations/src/ml/content-model.ts';
import {
  duplicateCosine,
  duplicatesLast,
  nearDuplicates,
} from '../../../../subgraphs/recommendations/src/ml/near-duplicates.ts';

describe('near-duplicates', () => {
  test('are all pairs of so high a cosine and no others, however heavy or light the terms are', () => {
    const random = createRandom(5);
    const n = 120;
    const rows: number[] = [];
    const columns: number[] = [];
    const values: number[] = [];
    const dense: Float64Array[] = [];
    for (let i = 0; i < n; i++) {
      // Every third one is a copy of one before with a little noise.
      const model = i > 5 && i % 3 === 0 ? dense[random.integer(i)] : undefined;
      const row = Float64Array.from({ length: 40 }, (_, term) =>
        model ? model[term]! * (1 + 0.4 * (random.next() - 0.5)) : random.next() < 0.4 ? random.next() : 0,
      );
      const length = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0));
      dense.push(row.map((value) => value / length));
      for (const [term, value] of dense[i]!.entries()) {
        if (value === 0) continue;
        rows.push(i);
        columns.push(term);
        values.push(value);
      }
    }
    const found = nearDuplicates(sparseMatrix(n, 40, rows, columns, values));
    let pairs = 0;
    for (let i = 0; i < n; i++) {
      const expected = dense.flatMap((other, j) =>
        j !== i && other.reduce((sum, value, term) => sum + value * dense[i]![term]!, 0) >= duplicateCosine ? [j] : [],
      );
      pairs += expected.length;
      expect([...found[i]!]).toEqual(expected);
    }
    expect(pairs).toBeGreaterThan(20);
  });

  test('come last in a list, the first of each kind stays', () => {
    const { vectors } = contentVectors(
      ['Blue cup', 'Garden hose', 'Blue cups', 'Toy car', 'The blue cup'].map((text) => ({
        text,
        category: '',
        brand: '',
        priceMinor: Number.NaN,
      })),
    );
    expect([...duplicatesLast(Int32Array.of(2, 1, 0, -1, 3, 4), vectors)]).toEqual([0, 1, 3, 4, 2, 5]);
  });
});
