import type { Random } from '@cda/platform/ml/random.ts';

/** An item with the side that drafted it. */
export type Drafted<Item> = Item & { side: 'A' | 'B' };

/**
 * Drafts two lists into one as two captains pick their teams: in each round a coin says who picks first, and each picks the best of
 * their own list that is not in the team yet. What both rank alike each gets in half of the rounds, so clicks by chance favour neither.
 * When one list ends the rest of the other follows.
 *
 * O(|a| + |b|). Team draft interleaving: Radlinski, Kurup and Joachims, How Does Clickthrough Data Reflect Retrieval Quality?
 * (CIKM 2008), algorithm 2.
 */
export function draft<Item extends { productId: string }>(
  a: readonly Item[],
  b: readonly Item[],
  random: Random,
): Drafted<Item>[] {
  const out: Drafted<Item>[] = [];
  const taken = new Set<string>();
  const next = { A: 0, B: 0 };
  const lists = { A: a, B: b };
  const pick = (side: 'A' | 'B'): boolean => {
    const list = lists[side];
    while (next[side] < list.length && taken.has(list[next[side]]!.productId)) next[side]++;
    const item = list[next[side]];
    if (!item) return false;
    taken.add(item.productId);
    out.push({ ...item, side });
    return true;
  };
  for (;;) {
    const first = random.next() < 0.5 ? 'A' : 'B';
    const picked = [pick(first), pick(first === 'A' ? 'B' : 'A')];
    if (!picked.includes(true)) return out;
  }
}
