import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import { type Baseline, baselineDays } from '../loaders/experiment-results.ts';
import { minimumDetectableEffect, peoplePerVariant } from '../ml/sample-size.ts';
import { alpha, leastPeople } from './results.ts';

/** What somebody wants to know before they start. */
export interface PlanRequest {
  minimumEffect: number;
  variants: number;
  audienceShare: number;
  power: number;
}

/** What an experiment needs. */
export interface PlanResult {
  baseline: number | null;
  peoplePerVariant: number | null;
  peoplePerDay: number | null;
  days: number | null;
  detectableIn28Days: number | null;
  unavailable: StoredUnavailable | null;
}

const nothing = { baseline: null, peoplePerVariant: null, peoplePerDay: null, days: null, detectableIn28Days: null };

/** People needed, and how long they take to come; an answer in words where the past says too little. Pure. */
export function toPlan({ minimumEffect, variants, audienceShare, power }: PlanRequest, past: Baseline): PlanResult {
  if (past.people < leastPeople || !(past.mean > 0)) {
    return {
      ...nothing,
      unavailable: {
        code: 'NOT_ENOUGH_DATA',
        en: `Too little is known of this metric: ${past.people} people visited in the ${baselineDays} days looked at, ${past.mean > 0 ? 'too few' : 'none of them with this outcome'}. Give baselineShare, or wait.`,
        ru: `Об этом показателе известно слишком мало: за ${baselineDays} дней было посетителей: ${past.people}${past.mean > 0 ? '' : ', и ни у одного нет такого исхода'}. Укажите ожидаемую долю или подождите.`,
      },
    };
  }
  const plan = { relativeVariance: past.variance / past.mean ** 2, variants, power, alpha };
  const needed = Math.max(peoplePerVariant(minimumEffect, plan), leastPeople);
  const perDay = (past.people / baselineDays) * audienceShare;
  return {
    baseline: past.mean,
    peoplePerVariant: needed,
    peoplePerDay: perDay,
    days: Math.ceil((needed * variants) / perDay),
    detectableIn28Days: minimumDetectableEffect((perDay * baselineDays) / variants, plan),
    unavailable: null,
  };
}
