import type { StoredReason } from '@cda/platform/graph/values.ts';
import { applyRules, type Candidate, type Move } from '../merchandising/apply-rules.ts';
import { isAbout, type Rule } from '../merchandising/rule.ts';
import type { RankedItem } from './list.ts';

/** What a rule did, with its name. */
export interface RuleTrace extends Move {
  ruleName: string;
}

/** Products that are shown at most, over all pages of a list, and moves that are told of. */
const longest = 150;
const told = 200;

/**
 * The list as the rules in force want it, with the trace of what they did. Boosts are in the candidates' scores already; of
 * products that were ruled out, those are told of that would have stood in the list.
 */
export function ruledList<Item extends Candidate & RankedItem>(
  candidates: readonly Item[],
  rules: readonly Rule[],
): { items: RankedItem[]; rules: RuleTrace[] } {
  const { items, moves } = applyRules(candidates, rules, longest);
  const near = new Set([...candidates.slice(0, longest), ...items].map(({ productId }) => productId));
  const nameOf = new Map(rules.map(({ id, name }) => [id, name]));
  return {
    items,
    rules: moves
      .filter(({ productId }) => near.has(productId))
      .slice(0, told)
      .map((move) => ({ ...move, ruleName: nameOf.get(move.ruleId)! })),
  };
}

/** Reasons of the boosts in a score: one for each rule. */
export const boostReasons = (
  rules: readonly Rule[],
  { productId, offer }: Pick<Candidate, 'productId' | 'offer'>,
): StoredReason[] =>
  rules.flatMap((rule) => {
    if (rule.action.kind !== 'BOOST' || !isAbout(rule, productId, offer)) return [];
    const weight = Math.log(rule.action.factor);
    return [
      {
        code: 'RULE',
        en: `${weight < 0 ? 'Lowered' : 'Raised'} by the shop's rule “${rule.name}”`,
        ru: `${weight < 0 ? 'Понижено' : 'Повышено'} правилом магазина «${rule.name}»`,
        weight,
      },
    ];
  });
