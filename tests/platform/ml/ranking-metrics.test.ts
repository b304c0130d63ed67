import { rankingAccumulator } from '@cda/platform/ml/ranking-metrics.ts';
import { expect, test } from 'vitest';

const flat = (n: number) => new Float64Array(n).fill(0.5);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('a list that begins with all targets is perfect', () => {
  const sums = rankingAccumulator(200, flat(200));
  sums.add(upTo(100), new Set([0, 1, 2]));
  expect(sums.quality()).toMatchObject({ queries: 1, recall20: 1, ndcg10: 1, ndcg100: 1, map20: 1, hitRate10: 1 });
});

test('places are discounted by the logarithm', () => {
  const sums = rankingAccumulator(200, flat(200));
  sums.add(upTo(100), new Set([2]));
  expect(sums.quality()).toMatchObject({ ndcg10: 0.5, map20: 1 / 3, recall20: 1 });
});

test('more targets than places count up to the places', () => {
  const sums = rankingAccumulator(200, flat(200));
  sums.add(upTo(100), new Set(upTo(60)));
  expect(sums.quality()).toMatchObject({ recall20: 1, ndcg10: 1 });
});

test('a query without targets does not count, one without hits counts as nothing', () => {
  const sums = rankingAccumulator(200, flat(200));
  sums.add(upTo(100), new Set());
  sums.add(upTo(100), new Set([150]));
  expect(sums.quality()).toMatchObject({ queries: 1, recall20: 0, ndcg10: 0, ndcg100: 0, map20: 0, hitRate10: 0 });
});

test('a catalogue shorter than the cuts is judged by what there is', () => {
  const sums = rankingAccumulator(5, flat(5));
  sums.add([4, 3, 2, 1, 0], new Set([3, 0]));
  const { recall20, ndcg10, hitRate10, coverage20, novelty20 } = sums.quality();
  expect({ recall20, hitRate10, coverage20, novelty20 }).toEqual({
    recall20: 1,
    hitRate10: 1,
    coverage20: 1,
    novelty20: 1,
  });
  expect(ndcg10).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(6)) / (1 + 1 / Math.log2(3)), 12);
});

test('lists of what is alike are not mixed, and lists of best sellers lean to them', () => {
  const popularity = Float64Array.from({ length: 20 }, (_, product) => (product < 10 ? 0.4 : 0.1));
  const sums = rankingAccumulator(20, popularity, (a, b) => (a % 2 === b % 2 ? 1 : 0));
  sums.add(upTo(20), new Set([0, 15]));
  const { diversity10, popularityBias10 } = sums.quality();
  expect(diversity10).toBeCloseTo(25 / 45, 12);
  expect(popularityBias10).toBeCloseTo(0.4 / 0.25, 12);
  const unlike = rankingAccumulator(20, popularity);
  unlike.add(upTo(20), new Set([0]));
  expect(unlike.quality().diversity10).toBe(1);
});
