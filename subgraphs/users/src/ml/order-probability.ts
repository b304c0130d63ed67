import type { CalibrationBin } from '@cda/platform/ml/classification-metrics.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { type BgNbdParameters, probabilityOfOrder } from './bg-nbd.ts';
import { drawParameters } from './parameter-draws.ts';

/** The bin whose mean is nearest to a probability. Undefined where there is none. */
export const nearestBin = (curve: readonly CalibrationBin[], probability: number): CalibrationBin | undefined =>
  curve.reduce<CalibrationBin | undefined>(
    (best, bin) =>
      best === undefined || Math.abs(bin.predicted - probability) < Math.abs(best.predicted - probability) ? bin : best,
    undefined,
  );

/** Draws for an interval; fixed, so that the same question has the same answer. */
const draws = { count: 400, seed: 1 };

/** A probability with the bounds of its 90 % interval. */
export interface SureProbability {
  probability: number;
  low: number;
  high: number;
}

/**
 * Probability of an order in the next `horizon` (unit of the histories), and the 90 % interval that the uncertainty of the parameters
 * leaves: wide in a shop of fifty buyers, narrow in one of thousands. O(draws).
 */
export function sureProbabilityOfOrder(
  model: BgNbdParameters & { covariance: Float64Array | undefined },
  { x, tx, T }: { x: number; tx: number; T: number },
  horizon: number,
): SureProbability {
  const random = createRandom(draws.seed);
  const probability = probabilityOfOrder(model, x, tx, T, horizon);
  const drawn = Float64Array.from({ length: draws.count }, () => {
    const [r, alpha, a, b] = drawParameters(random, [model.r, model.alpha, model.a, model.b], model.covariance);
    const drawnModel = { r: r!, alpha: alpha!, a: a!, b: b!, leavesAtOnce: model.leavesAtOnce ?? false };
    return probabilityOfOrder(drawnModel, x, tx, T, horizon);
  }).sort();
  return {
    probability,
    low: Math.min(probability, drawn[Math.floor(0.05 * (draws.count - 1))]!),
    high: Math.max(probability, drawn[Math.ceil(0.95 * (draws.count - 1))]!),
  };
}
