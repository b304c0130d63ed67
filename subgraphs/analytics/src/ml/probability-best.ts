import { normalCdf } from '@cda/platform/ml/normal-distribution.ts';
import type { MeanEstimate } from './variant-moments.ts';

const steps = 2_000;
const reach = 8;

/**
 * Probability of each variant that its true mean is the highest, given flat priors and nearly normal means:
 * ∫ φᵢ(x) ∏ Φⱼ(x) dx over j ≠ i, by Simpson's rule. Adds up to 1. It tells how the odds stand today and is no rule for stopping.
 *
 * O(variants² × steps).
 */
export function probabilityBest(means: readonly MeanEstimate[]): number[] {
  if (means.some(({ variance }) => !(variance > 0))) throw new RangeError('each mean needs a variance above zero');
  const raw = means.map(({ mean, variance }, i) => {
    const deviation = Math.sqrt(variance);
    let sum = 0;
    for (let step = 0; step <= steps; step++) {
      const z = (step / steps - 0.5) * 2 * reach;
      const x = mean + z * deviation;
      let density = Math.exp((-z * z) / 2);
      for (const [j, other] of means.entries())
        if (j !== i) density *= normalCdf((x - other.mean) / Math.sqrt(other.variance));
      sum += density * (step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2);
    }
    return sum;
  });
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / total);
}
