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

/** Whether a rule gave a product its place: of these every one is told, however many boosts there are. */
export const isPlaced = ({ effect }: Pick<Move, 'effect'>): boolean =>
  effect === 'PINNED' || effect === 'BROUGHT_FORWARD';

/**
 * The list as the rules in force want it, with the trace of what they did. Boosts are in the candidates' scores already; of
 * products that were ruled out, those are told of that would have stood in the list.
 */
export function ruledList<Item extends Candidate & RankedItem>(
  candidates: readonly Item[],
  rules: readonly Rule[],
): { items: RankedItem[]; rules: RuleTrace[] } {
  const { items, moves } = applyRules(candidates, rules, longest);
  if (moves.length === 0) return { items, rules: [] };
  const near = new Set([...candidates.slice(0, longest), ...items].map(({ productId }) => productId));
  const nameOf = new Map(rules.map(({ id, name }) => [id, name]));
  return {
    items,
    rules: moves
      .filter(({ productId }) => near.has(productId))
      .sort((a, b) => Number(isPlaced(b)) - Number(isPlaced(a)))
      .slice(0, told)
      .map((move) => ({ ...move, ruleName: nameOf.get(move.ruleId)! })),
  };
}

/** Reasons of the boosts in a score of log-odds: one for each rule. */
export const boostReasons = (
  rules: readonly Rule[],
  { productId, offer }: Pick<Candidate, 'productId' | 'offer'>,
): StoredReason[] =>
  boostsOf(rules, productId, offer).map(([name, factor]) => boostReason(name, factor, Math.log(factor)));

/** The same where a boost multiplies the score itself; `score` is the one before boosts. */
export function multipliedReasons(
  rules: readonly Rule[],
  { productId, offer }: Pick<Candidate, 'productId' | 'offer'>,
  score: number,
): StoredReason[] {
  let sum = score;
  return boostsOf(rules, productId, offer).map(([name, factor]) => {
    const weight = sum * (factor - 1);
    sum += weight;
    return boostReason(name, factor, weight);
  });
}

const boostsOf = (rules: readonly Rule[], productId: string, offer: Candidate['offer']): [string, number][] =>
  rules.flatMap((rule) =>
    rule.action.kind === 'BOOST' && isAbout(rule, productId, offer) ? [[rule.name, rule.action.factor]] : [],
  );

const boostReason = (name: string, factor: number, weight: number): StoredReason => ({
  code: 'RULE',
  en: `${factor < 1 ? 'Lowered' : 'Raised'} by the shop's rule “${name}”`,
  ru: `${factor < 1 ? 'Понижено' : 'Повышено'} правилом магазина «${name}»`,
  weight,
});

/** Why a product stands in a list that it has nothing to do with: a rule that pins it or wants its kind. */
export function placedReason(
  rules: readonly Rule[],
  { productId, offer }: Pick<Candidate, 'productId' | 'offer'>,
): StoredReason {
  const rule = wantedBy(rules, productId, offer);
  return {
    code: 'RULE',
    en: `Placed by the shop's rule “${rule?.name}”`,
    ru: `Поставлено правилом магазина «${rule?.name}»`,
    weight: 0,
  };
}

/** The rule that pins a product or wants so many of its kind; undefined where none does. */
export const wantedBy = (rules: readonly Rule[], productId: string, offer: Candidate['offer']): Rule | undefined =>
  rules.find(
    (rule) => (rule.action.kind === 'PIN' || rule.action.kind === 'AT_LEAST') && isAbout(rule, productId, offer),
  );
