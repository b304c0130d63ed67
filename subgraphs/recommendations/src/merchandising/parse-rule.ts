import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { MerchandisingRuleInput, Placement } from '../generated/resolvers.ts';
import type { Rule, RuleAction, RuleMatch } from './rule.ts';

/** A rule as it is kept, with when and where it holds. */
export interface KeptRule extends Rule {
  placements: readonly Placement[];
  priority: number;
  enabled: boolean;
  startsAt: Date | null;
  endsAt: Date | null;
}

export interface InvalidRule {
  path: string;
  message: string;
}

const maximumProducts = 200;
const bounds = [
  ['priceFromMinor', 'priceToMinor'],
  ['marginFrom', 'marginTo'],
] as const;

/** Reads what somebody wants of a rule; the first thing that is wrong with it, and what to do, where it cannot be kept. */
export function parseRule(input: MerchandisingRuleInput, id: string): KeptRule | InvalidRule {
  const name = input.name.trim();
  if (name.length < 1 || name.length > 100) return invalid('rule.name', 'Give the rule a name of 1 to 100 characters.');
  if (!isStorable(name)) return invalid('rule.name', 'The name holds a character that cannot be kept.');
  const match = parseMatch(input.match ?? {});
  if ('message' in match) return match;
  const action = parseAction(input);
  if ('message' in action) return action;
  const broad = action.kind === 'AT_MOST' && action.perCategory;
  if (!broad && Object.values(match).every((condition) => condition === null)) {
    return invalid(
      'rule.match',
      'Say which products the rule is about: by products, category, brand, price, margin or stock.',
    );
  }
  const priority = input.priority ?? 0;
  if (Math.abs(priority) > 1000) return invalid('rule.priority', 'priority takes a number from -1000 to 1000.');
  const startsAt = input.startsAt ? new Date(input.startsAt) : null;
  const endsAt = input.endsAt ? new Date(input.endsAt) : null;
  if (startsAt && endsAt && startsAt >= endsAt) return invalid('rule.endsAt', 'The rule ends before it starts.');
  return {
    id,
    name,
    match,
    action,
    placements: [...new Set(input.placements ?? [])],
    priority,
    enabled: input.enabled ?? true,
    startsAt,
    endsAt,
  };
}

function parseMatch(input: MerchandisingRuleInput['match'] & object): RuleMatch | InvalidRule {
  const productIds = input.products?.map((id) => keyOf('Product', id));
  if (productIds?.length === 0) {
    return invalid('rule.match.products', 'Name at least one product, or leave products out for a rule about others.');
  }
  if (productIds && productIds.length > maximumProducts) {
    return invalid(
      'rule.match.products',
      `A rule names at most ${maximumProducts} products: a category or brand may say it shorter.`,
    );
  }
  if (productIds?.some((id) => id === undefined)) {
    return invalid(
      'rule.match.products',
      'One of these is no id of a product: take them from the id field of Product.',
    );
  }
  for (const field of ['category', 'brand'] as const) {
    const text = input[field];
    if (typeof text === 'string' && (text.trim() === '' || text.length > 200 || !isStorable(text))) {
      return invalid(`rule.match.${field}`, `${field} takes a text of 1 to 200 characters.`);
    }
  }
  for (const field of ['priceFromMinor', 'priceToMinor', 'stockFrom'] as const) {
    if (typeof input[field] === 'number' && input[field] < 0) {
      return invalid(`rule.match.${field}`, `${field} takes a number from 0 on.`);
    }
  }
  for (const field of ['marginFrom', 'marginTo'] as const) {
    const share = input[field];
    if (typeof share === 'number' && !(share >= -10 && share <= 1)) {
      return invalid(
        `rule.match.${field}`,
        `${field} takes a share of the price from -10 to 1: 0.3 for 30 %, below 0 for what is sold below cost.`,
      );
    }
  }
  for (const [from, to] of bounds) {
    const [least, most] = [input[from], input[to]];
    if (typeof least === 'number' && typeof most === 'number' && least > most) {
      return invalid(`rule.match.${to}`, `${to} lies below ${from}: no product can meet both.`);
    }
  }
  return {
    productIds: (productIds as string[] | undefined) ?? null,
    category: input.category ?? null,
    brand: input.brand ?? null,
    priceFrom: input.priceFromMinor ?? null,
    priceTo: input.priceToMinor ?? null,
    marginFrom: input.marginFrom ?? null,
    marginTo: input.marginTo ?? null,
    stockFrom: input.stockFrom ?? null,
  };
}

function parseAction(input: MerchandisingRuleInput): RuleAction | InvalidRule {
  const { action, slot, factor, count, of } = input;
  switch (action) {
    case 'PIN':
      if (!within(slot, 1, 50)) return invalid('rule.slot', 'A pin needs a slot from 1 to 50.');
      return { kind: action, slot };
    case 'BOOST':
      if (!(typeof factor === 'number' && factor >= 0.01 && factor <= 100)) {
        return invalid('rule.factor', 'A boost needs a factor from 0.01 to 100.');
      }
      return { kind: action, factor };
    case 'AT_MOST':
    case 'AT_LEAST': {
      if (!within(of, 1, 100))
        return invalid('rule.of', 'Say among how many first places it counts: of, from 1 to 100.');
      if (!within(count, action === 'AT_MOST' ? 0 : 1, Math.min(50, of))) {
        return invalid(
          'rule.count',
          `count takes a number from ${action === 'AT_MOST' ? 0 : 1} to 50, and not more than of.`,
        );
      }
      return action === 'AT_MOST'
        ? { kind: action, count, of, perCategory: input.perCategory ?? false }
        : { kind: action, count, of };
    }
    default:
      return { kind: action };
  }
}

/** Whether PostgreSQL keeps a text: no NUL, no half of a surrogate pair. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

const within = (value: number | null | undefined, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

const invalid = (path: string, message: string): InvalidRule => ({ path, message });
