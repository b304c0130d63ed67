import { describe, expect, test } from 'vitest';
import {
  contentTerms,
  contentVectors,
  fitContent,
  type ProductContent,
  toVector,
} from '../../../../subgraphs/recommendations/src/ml/content-model.ts';
import { tokenise } from '../../../../subgraphs/recommendations/src/ml/tokenise.ts';

describe('words of a product', () => {
  test.each([
    ['Candles', 'candle'],
    ['Boxes', 'box'],
    ['cherries', 'cherry'],
    ['glass', 'glass'],
    ['Свечи', 'свеча'],
    ['красные', 'красная'],
    ['Ёлочные', 'елочный'],
    ['чашками', 'чашка'],
  ])('%s and %s are one', (a, b) => {
    expect(tokenise(a)).toEqual(tokenise(b));
  });

  test('leave out what tells nothing', () => {
    expect(tokenise('The set of 6 candles in a box — для дома')).toEqual(['candle', 'box', 'дом']);
  });

  test('may be none', () => {
    expect(tokenise('')).toEqual([]);
    expect(tokenise('— !')).toEqual([]);
  });
});

const product = (text: string, category = '', priceMinor = Number.NaN, brand = ''): ProductContent => ({
  text,
  category,
  priceMinor,
  brand,
});

describe('likeness of products', () => {
  const contents = [
    product('Red heart candle', 'Home > Candles', 500, 'Lumo'),
    product('Blue heart candles', 'Home > Candles', 550, 'Lumo'),
    product('Chef knife', 'Kitchen > Knives', 9900, 'Stahl'),
    product('Bread knife', 'Kitchen > Knives', 7900, 'Stahl'),
    product('Garden hose', 'Garden', 2500),
  ];
  const vectors = contentVectors(contents);
  const { byTarget } = fitContent(vectors);
  const nearest = (i: number) => {
    let best = byTarget.offsets[i]!;
    for (let at = best; at < byTarget.offsets[i + 1]!; at++)
      if (byTarget.values[at]! > byTarget.values[best]!) best = at;
    return byTarget.indices[best];
  };

  test('goes by words, category, brand and price', () => {
    expect([0, 1, 2, 3].map(nearest)).toEqual([1, 0, 3, 2]);
  });

  test('is a cosine', () => {
    for (const value of byTarget.values) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  test('places a product that is new to the shop by the terms of the others', () => {
    const known = new Set(
      toVector(contentTerms(product('Green candle', 'Home > Candles', 520)), vectors.idf).map(([term]) => term),
    );
    const terms = (i: number) => [
      ...vectors.vectors.indices.slice(vectors.vectors.offsets[i], vectors.vectors.offsets[i + 1]),
    ];
    const shared = (i: number) => terms(i).filter((term) => known.has(term)).length;
    expect(shared(0)).toBeGreaterThan(shared(2));
  });

  test('of products that say nothing is nothing', () => {
    expect(fitContent(contentVectors([product(''), product('')])).byTarget.values).toHaveLength(0);
    expect(fitContent(contentVectors([])).byTarget.rows).toBe(0);
  });
});
