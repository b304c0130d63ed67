import { rocAuc } from '@cda/platform/ml/classification-metrics.ts';
import { explainBoosting, fitBoosting, predictBoosting } from '@cda/platform/ml/gradient-boosting.ts';
import { fitLogistic, predictLogOdds, sigmoid } from '@cda/platform/ml/logistic-regression.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';

/** Outcomes that hang on whether two columns have the same sign: no line separates them. */
function crossed(n: number, seed: number) {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: n * 3 }, () => random.normal());
  const y = Uint8Array.from({ length: n }, (_, i) =>
    random.next() < sigmoid(x[i * 3]! * x[i * 3 + 1]! > 0 ? 1.5 : -1.5) ? 1 : 0,
  );
  return { x, y };
}

describe('boosted trees', () => {
  test('learn an interaction that a line cannot', () => {
    const train = crossed(4000, 1);
    const test = crossed(4000, 2);
    const trees = fitBoosting(train.x, train.y, 3, { seed: 1, trees: 80, depth: 3, learningRate: 0.1 });
    const auc = rocAuc(test.y, predictBoosting(trees, test.x))!;
    const linear = rocAuc(test.y, predictLogOdds(fitLogistic(train.x, train.y, 3), test.x))!;
    // The best that can be had is .82: outcomes are drawn with probabilities of .82 and .18.
    expect(auc).toBeGreaterThan(0.79);
    expect(linear).toBeLessThan(0.55);
  });

  test('split a score into columns that add up to it, the idle column getting next to nothing', () => {
    const { x, y } = crossed(2000, 3);
    const trees = fitBoosting(x, y, 3, { seed: 1, trees: 60, depth: 3, learningRate: 0.1 });
    const scores = predictBoosting(trees, x);
    const credit = new Float64Array(3);
    for (let i = 0; i < 200; i++) {
      const { base, contributions } = explainBoosting(trees, x, i);
      expect(base + contributions.reduce((sum, v) => sum + v, 0)).toBeCloseTo(scores[i]!, 9);
      for (let j = 0; j < 3; j++) credit[j]! += Math.abs(contributions[j]!) / 200;
    }
    expect(credit[2]).toBeLessThan(0.35 * Math.min(credit[0]!, credit[1]!));
  });

  test('are the same for the same seed and others for another', () => {
    const { x, y } = crossed(500, 4);
    const fitted = (seed: number) => fitBoosting(x, y, 3, { seed, trees: 10 });
    expect(fitted(7)).toEqual(fitted(7));
    expect(fitted(7)).not.toEqual(fitted(8));
  });

  test('predict the base rate where nothing tells rows apart', () => {
    const x = new Float64Array(100).fill(5);
    const y = Uint8Array.from({ length: 100 }, (_, i) => (i < 30 ? 1 : 0));
    const [score] = predictBoosting(fitBoosting(x, y, 1, { seed: 1, rowShare: 1 }), x);
    expect(sigmoid(score!)).toBeCloseTo(0.3, 2);
  });

  test('report progress up to the end', () => {
    const { x, y } = crossed(200, 5);
    const seen: number[] = [];
    fitBoosting(x, y, 3, { seed: 1, trees: 4, progress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
  });
});
