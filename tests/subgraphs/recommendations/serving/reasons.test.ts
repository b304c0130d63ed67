import { describe, expect, test } from 'vitest';
import { categoryLeaning } from '../../../../subgraphs/recommendations/src/ml/affinity.ts';
import { type FeatureName, featureNames, scoreProducts } from '../../../../subgraphs/recommendations/src/ml/blend.ts';
import { scoreEvidence } from '../../../../subgraphs/recommendations/src/ml/candidates.ts';
import { train } from '../../../../subgraphs/recommendations/src/ml/hybrid-estimator.ts';
import { historyBefore } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { trendDays } from '../../../../subgraphs/recommendations/src/ml/popularity.ts';
import { expectedGapDays } from '../../../../subgraphs/recommendations/src/ml/re-buy.ts';
import { dueFrom } from '../../../../subgraphs/recommendations/src/serving/plan.ts';
import { dueWords, personalReasons } from '../../../../subgraphs/recommendations/src/serving/reasons.ts';
import { plantedProducts, plantedShop } from '../planted-shop.ts';

describe('what is told of a product', () => {
  const shop = plantedShop(120);
  const { fitted } = train(shop, { seed: 1, progress: () => {} });
  /** The fitted model with weights of the signs that a fit may find where measures of one thing go together. */
  const leaning = (signs: Partial<Record<FeatureName, number>>) => {
    const weights = Float64Array.from(featureNames, (name, f) => signs[name] ?? fitted.blend.owned.weights[f]!);
    const ranker = { intercept: -3, weights };
    return { ...fitted, blend: { ...fitted.blend, fresh: ranker, owned: ranker, cart: ranker } };
  };
  const names = Array.from({ length: plantedProducts }, (_, product) => `Thing ${product}`);
  const model = {
    upright: leaning({ trend7: 0, trend14: 0, trend30: 2, trend90: 0, category: 2, tooSoon: -1, overdue: 2 }),
    mixed: leaning({
      trend7: 2,
      trend14: 0,
      trend30: -3,
      trend90: 1,
      category: -1,
      price: -1,
      tooSoon: 2,
      overdue: -1,
    }),
  };

  test.each(['upright', 'mixed'] as const)('is true of it and adds up to its score (%s weights)', (which) => {
    const recommender = {
      model: model[which],
      productIds: names,
      names: { en: names, ru: names },
      indexOf: new Map(names.map((name, product) => [name, product])),
    };
    const { candidates, blend, trends } = recommender.model;
    const sales = trends[trendDays.indexOf(30)]!;
    const told = new Map<string, number>();
    for (let customer = 0; customer < 20; customer++) {
      const day = shop.asOfDay;
      const scores = scoreEvidence(candidates, historyBefore(shop.interactions, customer, day), day, trends);
      const values = scoreProducts(candidates, blend, scores);
      for (let product = 0; product < plantedProducts; product++) {
        const reasons = personalReasons(recommender, scores, product, 'order');
        expect(reasons.reduce((sum, { weight }) => sum + (weight ?? 0), 0)).toBeCloseTo(values[product]!, 9);
        for (const { code } of reasons) {
          told.set(code, (told.get(code) ?? 0) + 1);
          expect(code).not.toBe('PRICE');
          if (code === 'TRENDING')
            expect(sales.filter((other) => other < sales[product]!).length).toBeGreaterThan(plantedProducts / 2);
          if (code === 'CATEGORY')
            expect(categoryLeaning(scores.affinity, candidates.shelf, product)).toBeGreaterThan(0);
          if (code === 'DUE') {
            const j = scores.owned[product]!;
            const gap = expectedGapDays(scores.profile, j, candidates.reBuy);
            expect(day - scores.profile.lastDay[j]!).toBeGreaterThanOrEqual(dueFrom * gap);
          }
        }
      }
    }
    // Where the weights are as the words say, the words are said.
    if (which === 'upright')
      for (const code of ['TRENDING', 'CATEGORY', 'DUE']) expect(told.get(code)).toBeGreaterThan(0);
  });
});

test('intervals are told in the form of their number', () => {
  expect(dueWords(1, 1)).toEqual({
    en: 'Re-ordered about every day; the last order was 1 day ago',
    ru: 'Заказывают примерно каждый день; последний заказ был 1 день назад',
  });
  expect(dueWords(2, 21)).toEqual({
    en: 'Re-ordered about every 2 days; the last order was 21 days ago',
    ru: 'Заказывают примерно каждые 2 дня; последний заказ был 21 день назад',
  });
});
