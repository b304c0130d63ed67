import { normalQuantile } from '@cda/platform/ml/normal-distribution.ts';
import { halfWidth } from './always-valid.ts';

/** What an experiment is planned with. */
export interface Plan {
  /** Squared coefficient of variation of the outcome among people: variance / mean². (1 − p)/p for a share p. */
  relativeVariance: number;
  variants: number;
  /** Chance to find an effect that is there. */
  power: number;
  /** Chance to find one that is not. */
  alpha: number;
}

/**
 * Signal that the always-valid test needs: the squared effect over the variance of its estimate at which the test, mixed with
 * that effect, finds it with `power` at the last look. Looks before the last only add to it. Each variant is compared with the
 * control at its part of `alpha`. By bisection, O(1).
 */
export function neededSignal({ variants, power, alpha }: Omit<Plan, 'relativeVariance'>): number {
  const part = alpha / (variants - 1);
  const reserve = normalQuantile(power);
  let low = 1e-3;
  let high = 1e4;
  for (let step = 0; step < 80; step++) {
    const middle = Math.sqrt(low * high);
    if (Math.sqrt(middle) < halfWidth(middle, part) + reserve) low = middle;
    else high = middle;
  }
  return high;
}

/** People that each variant needs so that a relative change of `effect` is found. */
export const peoplePerVariant = (effect: number, plan: Plan): number =>
  Math.ceil((neededSignal(plan) * 2 * plan.relativeVariance) / Math.log1p(effect) ** 2);

/** Smallest relative change that is found with so many people in each variant. */
export const minimumDetectableEffect = (people: number, plan: Plan): number =>
  Math.expm1(Math.sqrt((neededSignal(plan) * 2 * plan.relativeVariance) / people));
