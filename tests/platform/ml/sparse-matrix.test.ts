import { sparseMatrix, transpose, weightedGram } from '@cda/platform/ml/sparse-matrix.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const dense = ({ rows, columns, offsets, indices, values }: ReturnType<typeof sparseMatrix>): number[][] => {
  const out = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let r = 0; r < rows; r++) {
    for (let at = offsets[r]!; at < offsets[r + 1]!; at++) out[r]![indices[at]!] = values[at]!;
  }
  return out;
};

const triplets = fc.array(fc.tuple(fc.nat(4), fc.nat(3), fc.integer({ min: -9, max: 9 })), { maxLength: 40 });

describe('a sparse matrix', () => {
  test('adds entries of one place up and keeps columns in order', () => {
    fc.assert(
      fc.property(triplets, (entries) => {
        const matrix = sparseMatrix(
          5,
          4,
          entries.map((e) => e[0]),
          entries.map((e) => e[1]),
          entries.map((e) => e[2]),
        );
        const expected = Array.from({ length: 5 }, () => new Array<number>(4).fill(0));
        for (const [r, c, v] of entries) expected[r]![c]! += v;
        expect(dense(matrix)).toEqual(expected);
        for (let r = 0; r < 5; r++) {
          const row = [...matrix.indices.slice(matrix.offsets[r], matrix.offsets[r + 1])];
          expect(row).toEqual([...new Set(row)].sort());
        }
      }),
    );
  });

  test('transposed twice is itself', () => {
    fc.assert(
      fc.property(triplets, (entries) => {
        const matrix = sparseMatrix(
          5,
          4,
          entries.map((e) => e[0]),
          entries.map((e) => e[1]),
          entries.map((e) => e[2]),
        );
        expect(transpose(transpose(matrix))).toEqual(matrix);
      }),
    );
  });

  test('gives the weighted product of two with the same rows', () => {
    const x = sparseMatrix(2, 2, [0, 0, 1], [0, 1, 1], [1, 2, 3]);
    const y = sparseMatrix(2, 1, [0, 1], [0, 0], [5, 7]);
    expect([...weightedGram(x, y, Float64Array.of(1, 10))]).toEqual([5, 10 + 210]);
  });

  test('refuses an entry outside of its shape', () => {
    expect(() => sparseMatrix(2, 2, [2], [0], [1])).toThrow(/outside of 2 × 2/);
  });

  test('may be empty', () => {
    expect(dense(transpose(sparseMatrix(0, 3, [], [], [])))).toEqual([[], [], []]);
  });
});
