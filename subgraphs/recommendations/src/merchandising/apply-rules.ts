import { fillList } from './fill-list.ts';
import { isAbout, type Offer, type Rule } from './rule.ts';

/** A product that may be shown. */
export interface Candidate {
  productId: string;
  /** Larger is better; candidates come in the order that they would be shown in. */
  score: number;
  offer: Offer;
  /** Whether it stands in the list only where a pin or a quota wants it: what has nothing to do with a list but a rule's word. */
  reserve?: boolean;
}

/** What a rule did to one product. */
export interface Move {
  ruleId: string;
  productId: string;
  effect: 'EXCLUDED' | 'PINNED' | 'RAISED' | 'LOWERED' | 'HELD_BACK' | 'BROUGHT_FORWARD';
}

export interface RuledList<Item extends Candidate> {
  items: Item[];
  /** Every effect on a list, in the order in which the rules took hold. */
  moves: Move[];
}

/** Products that a rule's boosts multiply the odds of, as an addend to log-odds; 0 where none is about it. O(rules). */
export function boostOf(rules: readonly Rule[], productId: string, offer: Offer): number {
  let sum = 0;
  for (const rule of rules) {
    if (rule.action.kind === 'BOOST' && isAbout(rule, productId, offer)) sum += Math.log(rule.action.factor);
  }
  return sum;
}

/** Whether rules keep a product out of a list. O(rules). */
export function isKeptOut(rules: readonly Rule[], productId: string, offer: Offer): string | undefined {
  for (const rule of rules) {
    const { kind } = rule.action;
    if (
      (kind === 'EXCLUDE' && isAbout(rule, productId, offer)) ||
      (kind === 'ONLY' && !isAbout(rule, productId, offer))
    ) {
      return rule.id;
    }
  }
  return undefined;
}

/**
 * Builds a list of `length` products that breaks no rule. What rules out wins over what limits, that over pins, those over quotas, those
 * over scores: a pin that would break a limit waits for the first place after it, and what stands by its score alone leaves the room
 * that pins and quotas need. A list is shorter than asked for only where no product is left that may stand next; pins whose slot it
 * does not reach close it.
 *
 * O(candidates · rules) where nothing is pinned, limited or wanted; else as `fillList`.
 */
export function applyRules<Item extends Candidate>(
  candidates: readonly Item[],
  rules: readonly Rule[],
  length: number,
): RuledList<Item> {
  const moves: Move[] = [];
  const moved = (ruleId: string, productId: string, effect: Move['effect']): void => {
    moves.push({ ruleId, productId, effect });
  };
  const open: Item[] = [];
  for (const item of candidates) {
    const by = isKeptOut(rules, item.productId, item.offer);
    if (by === undefined) open.push(item);
    else moved(by, item.productId, 'EXCLUDED');
  }
  for (const { productId, offer, reserve } of open) {
    if (reserve) continue;
    for (const rule of rules) {
      if (rule.action.kind !== 'BOOST' || rule.action.factor === 1 || !isAbout(rule, productId, offer)) continue;
      moved(rule.id, productId, rule.action.factor > 1 ? 'RAISED' : 'LOWERED');
    }
  }

  // Nothing is to be placed or counted: the order stands.
  if (!rules.some(({ action }) => action.kind === 'PIN' || action.kind === 'AT_MOST' || action.kind === 'AT_LEAST')) {
    return { items: open.filter(({ reserve }) => !reserve).slice(0, length), moves };
  }
  // What has nothing to do with the list comes only where nothing of it does what a rule wants.
  const standing = [...open.filter(({ reserve }) => !reserve), ...open.filter(({ reserve }) => reserve)];
  const filled = fillList(standing, rules, length, (rule, item, effect) =>
    moved(rule.id, standing[item]!.productId, effect),
  );
  return { items: filled.map((item) => standing[item]!), moves };
}
