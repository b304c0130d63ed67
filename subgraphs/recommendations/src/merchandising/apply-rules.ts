import { departmentOf, isAbout, type Offer, type Rule } from './rule.ts';

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
 * over scores: a pin that would break a limit waits for the first place after it. A list is shorter than asked for only where
 * no product is left that may stand next.
 *
 * O(length · candidates · rules), O(candidates · rules) where nothing is pinned, limited or wanted.
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

  const pins = open.flatMap((item) =>
    rules.flatMap((rule) =>
      rule.action.kind === 'PIN' && isAbout(rule, item.productId, item.offer)
        ? [{ item, rule, slot: rule.action.slot }]
        : [],
    ),
  );
  pins.sort((a, b) => a.slot - b.slot);
  const limits = rules.flatMap((rule) => {
    const { action } = rule;
    return action.kind === 'AT_MOST' ? [{ rule, action, counts: new Map<string, number>() }] : [];
  });
  const quotas = rules.flatMap((rule) => {
    const { action } = rule;
    return action.kind === 'AT_LEAST' ? [{ rule, action, count: 0 }] : [];
  });
  // Nothing is to be placed or counted: the order stands.
  if (pins.length + limits.length + quotas.length === 0) {
    return { items: open.filter(({ reserve }) => !reserve).slice(0, length), moves };
  }
  const groupOf = (perCategory: boolean, item: Item): string => (perCategory ? departmentOf(item.offer) : '');
  const limitBy = (item: Item, place: number): string | undefined =>
    limits.find(
      ({ rule, action, counts }) =>
        place <= action.of &&
        isAbout(rule, item.productId, item.offer) &&
        (counts.get(groupOf(action.perCategory, item)) ?? 0) >= action.count,
    )?.rule.id;

  const items: Item[] = [];
  const taken = new Set<string>();
  const heldBack = new Set<string>();
  const free = (item: Item, place: number): boolean => !taken.has(item.productId) && limitBy(item, place) === undefined;
  for (let place = 1; place <= length; place++) {
    const pin = pins.find((one) => one.slot <= place && free(one.item, place));
    let chosen: Item | undefined = pin?.item;
    if (pin) moved(pin.rule.id, pin.item.productId, 'PINNED');
    if (!chosen) {
      // A quota takes hold when as many places are left as it still wants.
      const due = quotas
        .filter(
          ({ action, count }) =>
            place <= action.of && count < action.count && action.count - count >= action.of - place + 1,
        )
        .sort((a, b) => a.action.of - b.action.of);
      for (const { rule } of due) {
        chosen = open.find((item) => isAbout(rule, item.productId, item.offer) && free(item, place));
        if (!chosen) continue;
        moved(rule.id, chosen.productId, 'BROUGHT_FORWARD');
        break;
      }
    }
    if (!chosen) {
      for (const item of open) {
        if (item.reserve || taken.has(item.productId)) continue;
        const by = limitBy(item, place);
        if (by === undefined) {
          chosen = item;
          break;
        }
        if (heldBack.has(item.productId)) continue;
        heldBack.add(item.productId);
        moved(by, item.productId, 'HELD_BACK');
      }
    }
    if (!chosen) break;
    items.push(chosen);
    taken.add(chosen.productId);
    for (const { rule, action, counts } of limits) {
      if (place > action.of || !isAbout(rule, chosen.productId, chosen.offer)) continue;
      const group = groupOf(action.perCategory, chosen);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    for (const quota of quotas) {
      if (place <= quota.action.of && isAbout(quota.rule, chosen.productId, chosen.offer)) quota.count++;
    }
  }
  return { items, moves };
}
