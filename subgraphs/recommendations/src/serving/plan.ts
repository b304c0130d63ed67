import type { Placement } from '../generated/resolvers.ts';
import type { Occasion } from '../ml/blend.ts';

/** What a customer's list is made of. */
export interface Plan {
  /** Kinds of products by place, over and over: those new to the customer, those they own. Where one kind runs out, the other goes on. */
  pattern: readonly ('fresh' | 'owned')[];
  /** Which of the products that they own: all, or those that are due. */
  owned: 'all' | 'due';
  /** Least mixing of departments, 0..1. */
  diversity: number;
  /** Whether new products are ranked to complete the cart, or for the next order. */
  occasion: Occasion;
}

/** Share of the usual interval after which a product is due. */
export const dueFrom = 0.75;

/** Placements ask for different things. */
export const plans: Readonly<Record<Placement, Plan>> = {
  HOME: { pattern: ['fresh'], owned: 'all', diversity: 0, occasion: 'order' },
  PRODUCT: { pattern: ['fresh'], owned: 'all', diversity: 0, occasion: 'order' },
  // What completes an order may well be something that they always buy: every third place.
  CART: { pattern: ['fresh', 'fresh', 'owned'], owned: 'due', diversity: 0, occasion: 'cart' },
  // An e-mail is read once and at some other time: news of several kinds, and a reminder of what is due.
  EMAIL: { pattern: ['fresh', 'fresh', 'owned'], owned: 'due', diversity: 0.3, occasion: 'order' },
  // Whoever stayed away is reminded of what they were fond of, due or long overdue, beside what is new to them.
  WIN_BACK: { pattern: ['owned', 'fresh'], owned: 'all', diversity: 0.3, occasion: 'order' },
  BUY_AGAIN: { pattern: ['owned'], owned: 'all', diversity: 0, occasion: 'order' },
};

/** Whether a plan shows products of a kind. */
export const shows = ({ pattern }: Plan, kind: Plan['pattern'][number]): boolean => pattern.includes(kind);

/** Deals two lists out by a pattern of kinds; what is left of one follows. O(items). */
export function deal<Item>(
  pattern: Plan['pattern'],
  lists: Readonly<Record<Plan['pattern'][number], readonly Item[]>>,
): Item[] {
  const out: Item[] = [];
  const next = { fresh: 0, owned: 0 };
  const total = lists.fresh.length + lists.owned.length;
  for (let place = 0; out.length < total; place++) {
    const kind = pattern[place % pattern.length]!;
    const other = kind === 'fresh' ? 'owned' : 'fresh';
    const from = next[kind] < lists[kind].length ? kind : other;
    out.push(lists[from][next[from]++]!);
  }
  return out;
}
