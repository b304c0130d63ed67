import { type AlwaysValid, alwaysValid } from './always-valid.ts';
import type { MeanEstimate } from './variant-moments.ts';

/** How much higher a variant's mean is than the control's, relative to it: 0.1 for 10 % more. */
export interface Lift extends AlwaysValid {
  value: number;
}

/**
 * Relative difference of two means with an always-valid interval, worked out on the logarithm of their ratio: there its error is
 * nearer to normal than on the ratio itself, and the interval never passes −100 %. Variance by the delta method:
 * var(m₁)/m₁² + var(m₀)/m₀².
 *
 * @param minimumEffect relative change that the experiment was planned for: the test is sharpest around it
 * @returns undefined where a mean is not above zero or nothing varies, since a ratio then says nothing
 */
export function liftOf(
  control: MeanEstimate,
  variant: MeanEstimate,
  minimumEffect: number,
  alpha: number,
): Lift | undefined {
  if (!(control.mean > 0 && variant.mean > 0)) return undefined;
  const variance = variant.variance / variant.mean ** 2 + control.variance / control.mean ** 2;
  if (!(variance > 0)) return undefined;
  const logRatio = Math.log(variant.mean / control.mean);
  const { low, high, pValue } = alwaysValid(logRatio, variance, Math.log1p(minimumEffect), alpha);
  return { value: Math.expm1(logRatio), low: Math.expm1(low), high: Math.expm1(high), pValue };
}
