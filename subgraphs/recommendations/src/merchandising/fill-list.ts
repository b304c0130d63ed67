import { departmentOf, isAbout, type Offer, type Rule } from './rule.ts';

/** A product that may stand in a list. */
interface Standing {
  productId: string;
  offer: Offer;
  /** Whether it stands there only where a pin or a quota wants it. */
  reserve?: boolean;
}

/** What a rule did to a product, by its place among those that may stand. */
export type TellMove = (rule: Rule, item: number, effect: 'PINNED' | 'HELD_BACK' | 'BROUGHT_FORWARD') => void;

/** A place that is kept for a product. */
interface Promised {
  item: number;
  rule: Rule;
  /** The last place that does. */
  last: number;
}

/**
 * Fills a list of `length` places from products that come best first, those in reserve last. Pins get their places before quotas, and quotas before scores: each
 * quota has the best of its products promised the last places that do, and what stands by its score alone leaves them. A promised product
 * whose turn comes sooner takes that turn. Limits count what is promised as if it stood, so nothing takes the room that a pin or quota
 * needs. Where rules of one kind contend, the larger priority comes first.
 *
 * Gives the places of the products among `open`, in the list's order. O(products · rules + length · (products + length) · limits).
 */
export function fillList(open: readonly Standing[], rules: readonly Rule[], length: number, tell: TellMove): number[] {
  const limits = createLimits(open, rules);
  const kept = new Map<number, Promised>();
  const placeOf = new Map<number, number>();
  const keep = (place: number, promised: Promised): void => {
    kept.set(place, promised);
    placeOf.set(promised.item, place);
    limits.count(promised.item, place, 1);
  };
  const release = (place: number): Promised => {
    const promised = kept.get(place)!;
    kept.delete(place);
    placeOf.delete(promised.item);
    limits.count(promised.item, place, -1);
    return promised;
  };

  const isQuotas = ({ rule }: Promised): boolean => rule.action.kind === 'AT_LEAST';

  const pins = pinsOf(open, rules);
  const pinned = new Set<number>();
  for (let place = 1; place <= length && pinned.size < pins.length; place++) {
    const pin = pins.find(({ item, slot }) => slot <= place && !pinned.has(item) && limits.earliest(item) <= place);
    if (!pin) continue;
    pinned.add(pin.item);
    keep(place, { item: pin.item, rule: pin.rule, last: place });
  }
  const quotas = inTurn(rules, 'AT_LEAST').map((rule) => ({
    rule,
    ...rule.action,
    last: Math.min(rule.action.of, length),
    about: Uint8Array.from(open, ({ productId, offer }) => Number(isAbout(rule, productId, offer))),
  }));
  /** Promises places to products of quotas, taken in an order; how many are lacking then. */
  const promise = (order: readonly number[]): number => {
    let lacking = 0;
    for (const { rule, count, last, about } of quotas) {
      let wanted = count;
      for (const [place, { item }] of kept) if (place <= last && about[item] === 1) wanted--;
      for (const item of order) {
        if (wanted <= 0) break;
        if (about[item] === 0 || placeOf.has(item)) continue;
        let place = last;
        while (kept.has(place)) place--;
        if (place < 1) break;
        if (limits.earliest(item) > place) continue;
        keep(place, { item, rule, last });
        wanted--;
      }
      lacking += Math.max(0, wanted);
    }
    return lacking;
  };
  const best = [...open.keys()];
  const lacking = promise(best);
  if (lacking > 0 && quotas.length > 1) {
    // One product may do for several quotas.
    const serves = best.map((item) => quotas.reduce((sum, { about }) => sum + about[item]!, 0));
    const shared = [...best].sort((a, b) => serves[b]! - serves[a]! || a - b);
    const withdraw = (): void => {
      for (const [place, promised] of [...kept]) if (isQuotas(promised)) release(place);
    };
    withdraw();
    if (promise(shared) >= lacking) {
      withdraw();
      promise(best);
    }
  }

  /** Whether a product may stand at a place that its promise does not name. */
  const mayMove = (item: number, place: number): boolean => {
    const from = placeOf.get(item)!;
    limits.count(item, from, -1);
    const may = limits.earliest(item) <= place;
    limits.count(item, from, 1);
    return may;
  };
  /** Moves promises to later places that became free: nothing comes sooner than it must. */
  const settle = (freed: number): void => {
    for (let free = freed; ; ) {
      let from = 0;
      for (const [place, { item, last }] of kept) {
        if (place > from && place < free && last >= free && mayMove(item, free)) from = place;
      }
      if (from === 0) return;
      keep(free, release(from));
      free = from;
    }
  };
  /** Has a promised product stand at a place; who was promised the place takes the other's. Whether that can be. */
  const bring = (item: number, place: number): boolean => {
    const from = placeOf.get(item)!;
    if (from === place) return true;
    const holder = kept.get(place);
    if (holder && (!isQuotas(holder) || holder.last < from)) return false;
    const promised = release(from);
    const displaced = holder ? release(place) : undefined;
    const may =
      limits.earliest(item) <= place &&
      (!displaced || fits(item, place, () => limits.earliest(displaced.item) <= from));
    if (may) {
      keep(place, promised);
      if (displaced) keep(from, displaced);
      else settle(from);
    } else {
      if (displaced) keep(place, displaced);
      keep(from, promised);
    }
    return may;
  };
  const fits = (item: number, place: number, then: () => boolean): boolean => {
    limits.count(item, place, 1);
    const may = then();
    limits.count(item, place, -1);
    return may;
  };

  const list: number[] = [];
  const placed = new Uint8Array(open.length);
  const heldBack = new Uint8Array(open.length);
  const hold = (item: number, by: Rule): void => {
    if (heldBack[item] === 1) return;
    heldBack[item] = 1;
    tell(by, item, 'HELD_BACK');
  };
  /** The best product that may stand at a place by its score. */
  const byScore = (place: number): number | undefined => {
    for (const [item, { reserve }] of open.entries()) {
      if (reserve) break;
      if (placed[item] === 1 || pinned.has(item)) continue;
      if (placeOf.has(item)) {
        if (bring(item, place)) return item;
        continue;
      }
      const limit = limits.against(item, place);
      if (limit) hold(item, limit);
      else return kept.has(place) ? undefined : item;
    }
    return undefined;
  };
  /** The best of the products of quotas that may take a place that is kept for one of them. */
  const byQuota = (place: number): number | undefined => {
    for (const item of open.keys()) {
      const from = placeOf.get(item);
      if (from !== undefined && isQuotas(kept.get(from)!) && bring(item, place)) return item;
    }
    return undefined;
  };
  /** The next product that a later place is kept for, where nothing else is left to stand before it. */
  const early = (place: number): number | undefined =>
    [...kept.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, { item }]) => item)
      .find((item) => mayMove(item, place));
  for (let place = 1; place <= length; place++) {
    const holder = kept.get(place);
    const isPins = holder !== undefined && !isQuotas(holder);
    const natural = isPins ? undefined : byScore(place);
    const item = isPins ? holder.item : (natural ?? (holder ? byQuota(place) : early(place)));
    if (item === undefined) break;
    const from = placeOf.get(item);
    const promised = from === undefined ? undefined : release(from);
    if (promised && natural === undefined) tell(promised.rule, item, isQuotas(promised) ? 'BROUGHT_FORWARD' : 'PINNED');
    limits.count(item, place, 1);
    placed[item] = 1;
    list.push(item);
  }
  return list;
}

/** How many products of each kind stand, or are promised to stand, among the places that limits are about. */
interface Limits {
  count(item: number, place: number, by: 1 | -1): void;
  /** The first place at which no limit is against a product. */
  earliest(item: number): number;
  /** The limit that is against a product at a place. */
  against(item: number, place: number): Rule | undefined;
}

function createLimits(open: readonly Standing[], rules: readonly Rule[]): Limits {
  const limits = inTurn(rules, 'AT_MOST').map((rule) => ({
    rule,
    ...rule.action,
    groups: open.map(({ productId, offer }) =>
      isAbout(rule, productId, offer) ? (rule.action.perCategory ? departmentOf(offer) : '') : undefined,
    ),
    counts: new Map<string, number>(),
  }));
  type Limit = (typeof limits)[number];
  const isFull = ({ groups, counts, count }: Limit, item: number): boolean => {
    const group = groups[item];
    return group !== undefined && (counts.get(group) ?? 0) >= count;
  };
  return {
    count: (item, place, by) => {
      for (const { of, groups, counts } of limits) {
        const group = groups[item];
        if (group !== undefined && place <= of) counts.set(group, (counts.get(group) ?? 0) + by);
      }
    },
    earliest: (item) => {
      let place = 1;
      for (const limit of limits) if (limit.of >= place && isFull(limit, item)) place = limit.of + 1;
      return place;
    },
    against: (item, place) => limits.find((limit) => place <= limit.of && isFull(limit, item))?.rule,
  };
}

type RuleOf<Kind extends Rule['action']['kind']> = Rule & { action: Extract<Rule['action'], { kind: Kind }> };

/** Rules of one kind, first by priority; of equal ones, those that are about fewer places. */
function inTurn<Kind extends 'AT_LEAST' | 'AT_MOST'>(rules: readonly Rule[], kind: Kind): RuleOf<Kind>[] {
  const some = rules.filter((rule): rule is RuleOf<Kind> => rule.action.kind === kind);
  return some.sort((a, b) => priorityOf(b) - priorityOf(a) || ofOf(a) - ofOf(b));
}

const priorityOf = ({ priority = 0 }: Rule): number => priority;
const ofOf = ({ action }: Rule): number => ('of' in action ? action.of : 0);

/** Pins of products that may stand, those first that come first where they contend. A product that several rules pin follows the first of them. */
function pinsOf(open: readonly Standing[], rules: readonly Rule[]): { item: number; rule: Rule; slot: number }[] {
  const pins = rules.flatMap((rule) => {
    const { action } = rule;
    if (action.kind !== 'PIN') return [];
    return open.flatMap(({ productId, offer }, item) =>
      isAbout(rule, productId, offer) ? [{ item, rule, slot: action.slot }] : [],
    );
  });
  pins.sort((a, b) => priorityOf(b.rule) - priorityOf(a.rule) || a.slot - b.slot || a.item - b.item);
  const seen = new Set<number>();
  return pins.filter(({ item }) => !seen.has(item) && seen.add(item));
}
