import { beforeAll, describe, expect, test, vi } from 'vitest';
import { listTrendDays, trendWeight } from '../../../subgraphs/recommendations/src/ml/popularity.ts';
import { sharedData } from '../../data-folder.ts';
import { judgeFirstOrders } from './first-orders.ts';
import { judgeSplit } from './judge-split.ts';
import { basketSplit, type Line, readLines, timeSplit } from './online-retail.ts';

vi.setConfig({ testTimeout: 300_000 });

const file = sharedData('online-retail-2010-2011.csv.gz');
const november = Date.parse('2011-11-01T00:00:00Z') / 86_400_000;
const october = Date.parse('2011-10-01T00:00:00Z') / 86_400_000;

/** Floors lie a standard error or two under what was measured, and above what the best single model reaches. */
describe.skipIf(file === undefined)('on the Online Retail data (skipped where the file is not at hand)', () => {
  let lines: Line[];
  beforeAll(async () => {
    lines = await readLines(file!);
  });

  test('the last basket is foreseen, new products and known ones', () => {
    const outer = basketSplit(lines);
    // The split itself, as published: a change here would make the figures incomparable.
    expect([outer.train.customers, outer.train.products]).toEqual([2829, 3010]);
    const quality = judgeSplit(outer, basketSplit(outer.lines), 'at the order');
    expect(quality.fresh.hybrid.queries).toBe(2490);
    expect(quality.fresh.popular.recall20).toBeCloseTo(0.0493, 3);
    expect(quality.fresh.hybrid.recall20).toBeGreaterThanOrEqual(0.145);
    expect(quality.fresh.hybrid.ndcg10).toBeGreaterThanOrEqual(0.119);
    expect(quality.all.hybrid.recall20).toBeGreaterThanOrEqual(0.32);
    expect(quality.all.hybrid.ndcg10).toBeGreaterThanOrEqual(0.298);
    expect(quality.owned.hybrid.ndcg10).toBeGreaterThan(quality.owned.buyAgain.ndcg10);
    for (const single of ['taste', 'nextOrder', 'content', 'itemKnn', 'popular'] as const) {
      expect(quality.fresh.hybrid.ndcg10).toBeGreaterThan(quality.fresh[single].ndcg10);
    }
  });

  test('November and December are foreseen in October', () => {
    const outer = timeSplit(lines, november);
    const quality = judgeSplit(outer, timeSplit(outer.lines, october), 'at the end');
    expect(quality.fresh.hybrid.recall20).toBeGreaterThanOrEqual(0.165);
    expect(quality.fresh.hybrid.ndcg10).toBeGreaterThanOrEqual(0.16);
    expect(quality.fresh.hybrid.ndcg10).toBeGreaterThan(1.3 * quality.fresh.taste.ndcg10);
  });

  test('first orders of strangers are foreseen better by what sells now than by the counts of a month', () => {
    const decayed = judgeFirstOrders(lines, (age) => trendWeight(age, listTrendDays));
    const counted = judgeFirstOrders(lines, () => 1);
    expect(decayed.queries).toBe(counted.queries);
    expect(decayed.queries).toBeGreaterThan(3000);
    expect(decayed.ndcg10).toBeGreaterThan(counted.ndcg10);
    expect(decayed.recall20).toBeGreaterThan(counted.recall20);
  });
});
