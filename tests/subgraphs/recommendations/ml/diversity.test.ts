import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentVectors } from '../../../../subgraphs/recommendations/src/ml/content-model.ts';
import { diversify } from '../../../../subgraphs/recommendations/src/ml/diversity.ts';

const departments = ['Kitchen', 'Garden', 'Toys'];
const { vectors } = contentVectors(
  Array.from({ length: 30 }, (_, i) => ({
    text: `red ${['vase', 'lamp', 'chair', 'table', 'plate'][i % 5]} ${i}`,
    category: departments[Math.floor(i / 10)]!,
    brand: '',
    priceMinor: 100 * 2 ** (i % 7),
  })),
);
const scores = Float64Array.from({ length: 30 }, (_, i) => 3 - i / 10);
const ranked = Int32Array.from({ length: 30 }, (_, i) => i);
const mixOf = (list: Int32Array): number => new Set([...list.slice(0, 5)].map((i) => Math.floor(i / 10))).size;

describe('diversity', () => {
  test('of zero leaves the order as it is', () => {
    expect([...diversify(ranked, scores, vectors, { diversity: 0 })]).toEqual([...ranked]);
  });

  test('mixes departments the more, the more is asked for, and keeps the best first', () => {
    const mixed = diversify(ranked, scores, vectors, { diversity: 1 });
    expect(mixOf(ranked)).toBe(1);
    expect(mixOf(mixed)).toBeGreaterThan(1);
    expect(mixed[0]).toBe(0);
  });

  test('sends near-duplicates to the end whatever the setting', () => {
    const twins = contentVectors(
      ['Blue cup', 'Blue cups', 'Garden hose', 'Toy car'].map((text) => ({
        text,
        category: '',
        brand: '',
        priceMinor: Number.NaN,
      })),
    );
    const order = diversify(Int32Array.of(0, 1, 2, 3), Float64Array.of(4, 3, 2, 1), twins.vectors, { diversity: 0 });
    expect([...order]).toEqual([0, 2, 3, 1]);
  });

  test('loses nothing and doubles nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(29)), fc.double({ min: 0, max: 1, noNaN: true }), (list, diversity) => {
        const out = diversify(Int32Array.from(list), scores, vectors, { diversity });
        expect([...out].sort()).toEqual([...list].sort());
      }),
    );
  });
});
