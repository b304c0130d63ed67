import { assignVariant, placeOf, type Split } from '@cda/platform/experiments/assignment.ts';
import { describe, expect, test } from 'vitest';

const people = Array.from({ length: 20_000 }, (_, i) =>
  i % 3 === 0 ? `a:device-${i}` : `u:C${String(i).padStart(5, '0')}`,
);
const split = (changes: Partial<Split> = {}): Split => ({
  key: 'first-page',
  audienceShare: 1,
  variants: [
    { key: 'a', weight: 50 },
    { key: 'b', weight: 30 },
    { key: 'c', weight: 20 },
  ],
  ...changes,
});

/** χ² of counts against what was to be expected. */
const chiSquare = (counts: readonly number[], expected: readonly number[]): number =>
  counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);

describe('where a person stands', () => {
  test.each([
    ['seed', 'a', 0.0505],
    ['seed', 'b', 0.2696],
    ['foo', 'ab', 0.2575],
    ['89123klj', '8952klfjas09ujkasdf', 0.124],
    ['90850943850283058242805', '123', 0.7516],
  ])('is what the published rule says: %s, %s', (salt, unit, place) => {
    expect(placeOf(salt, unit)).toBe(place);
  });

  test('is spread evenly over tenths', () => {
    const counts = new Array<number>(10).fill(0);
    for (const person of people) counts[Math.floor(placeOf('evenly', person) * 10)]!++;
    // 27.9 is passed by chance once in a thousand times at 9 degrees of freedom.
    expect(chiSquare(counts, new Array(10).fill(people.length / 10))).toBeLessThan(27.9);
  });
});

describe('the variant of a person', () => {
  const count = (of: Split): number[] => {
    const counts = new Map<string | null, number>();
    for (const person of people) {
      const variant = assignVariant(of, person);
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    return ['a', 'b', 'c'].map((key) => counts.get(key) ?? 0);
  };

  test('falls as the weights say, and as the audience says', () => {
    // 13.8 at 2 degrees of freedom, once in a thousand times.
    expect(chiSquare(count(split()), [10_000, 6_000, 4_000])).toBeLessThan(13.8);
    const half = count(split({ audienceShare: 0.5 }));
    expect(chiSquare([...half, 20_000 - half.reduce((a, b) => a + b)], [5_000, 3_000, 2_000, 10_000])).toBeLessThan(
      16.3,
    );
  });

  test('is independent of their variant in another experiment', () => {
    const other = split({ key: 'second-page' });
    const table = new Map<string, number>();
    for (const person of people) {
      const cell = `${assignVariant(split(), person)}${assignVariant(other, person)}`;
      table.set(cell, (table.get(cell) ?? 0) + 1);
    }
    const shares = { a: 0.5, b: 0.3, c: 0.2 };
    const keys = ['a', 'b', 'c'] as const;
    const cells = keys.flatMap((one) => keys.map((two) => [one, two] as const));
    const statistic = chiSquare(
      cells.map(([one, two]) => table.get(one + two) ?? 0),
      cells.map(([one, two]) => people.length * shares[one] * shares[two]),
    );
    // 26.1 at 8 degrees of freedom, once in a thousand times.
    expect(statistic).toBeLessThan(26.1);
  });

  test('stays when more people are let in, and for whoever asks again', () => {
    for (const person of people.slice(0, 5_000)) {
      const early = assignVariant(split({ audienceShare: 0.2 }), person);
      const late = assignVariant(split({ audienceShare: 0.7 }), person);
      if (early !== null) expect(late).toBe(early);
      expect(assignVariant(split({ audienceShare: 0.7 }), person)).toBe(late);
    }
  });

  test('covers everybody at full audience, whatever the weights', () => {
    const odd = split({ variants: [7, 11, 13].map((weight, i) => ({ key: 'abc'[i]!, weight })) });
    expect(people.every((person) => assignVariant(odd, person) !== null)).toBe(true);
  });
});
