import type { Placement } from '../generated/resolvers.ts';
import type { KeptRule } from './parse-rule.ts';

/** The rules that hold at a placement at a moment, in their order. */
export const rulesInForce = <Kept extends KeptRule>(rules: readonly Kept[], placement: Placement, at: Date): Kept[] =>
  rules.filter(
    ({ enabled, placements, startsAt, endsAt }) =>
      enabled &&
      (placements.length === 0 || placements.includes(placement)) &&
      (startsAt === null || startsAt <= at) &&
      (endsAt === null || at < endsAt),
  );
