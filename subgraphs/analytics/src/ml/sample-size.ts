import { createRandom } from '@cda/platform/ml/random.ts';
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

/** Looks of one simulated experiment, as if once a day for a month, and experiments that are simulated. */
const looks = 30;
const paths = 4_000;

/**
 * Signal that the always-valid test needs: the squared effect over the variance of its estimate at the last look at which the
 * test, mixed with that effect, finds it with `power` at any of 30 even looks. Each variant is compared with the control at its
 * part of `alpha`. Seeded random walks with drift, the same for every step of the bisection: power is within 0.01.
 *
 * O(paths × looks), some milliseconds.
 */
export function neededSignal({ variants, power, alpha }: Omit<Plan, 'relativeVariance'>): number {
  const part = alpha / (variants - 1);
  const random = createRandom(1);
  const steps = Float64Array.from({ length: paths * looks }, () => random.normal() / Math.sqrt(looks));
  const powerAt = (signal: number): number => {
    const drift = Math.sqrt(signal) / looks;
    // In standard errors of the look; the information at look i is that of the last times (i + 1) / looks.
    const boundary = Float64Array.from({ length: looks }, (_, i) => {
      const share = (i + 1) / looks;
      return halfWidth(signal * share, part) * Math.sqrt(share);
    });
    let found = 0;
    for (let path = 0; path < paths; path++) {
      let walk = 0;
      for (let look = 0; look < looks; look++) {
        walk += drift + steps[path * looks + look]!;
        if (Math.abs(walk) > boundary[look]!) {
          found++;
          break;
        }
      }
    }
    return found / paths;
  };
  let low = 1;
  let high = 200;
  for (let step = 0; step < 16; step++) {
    const middle = Math.sqrt(low * high);
    if (powerAt(middle) < power) low = middle;
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
