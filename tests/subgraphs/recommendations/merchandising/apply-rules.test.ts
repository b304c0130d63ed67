import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRules, type Candidate } from '../../../../subgraphs/recommendations/src/merchandising/apply-rules.ts';
import { departmentOf, isAbout, type Rule } from '../../../../subgraphs/recommendations/src/merchandising/rule.ts';

const categories = ['Kitchen > Knives', 'Kitchen > Pots', 'Garden', null];
const brands = ['Stahl', 'Leaf', null];
const candidates: Candidate[] = Array.from({ length: 40 }, (_, i) => ({
  productId: `P${i}`,
  score: 40 - i,
  offer: {
    category: categories[i % 4]!,
    brand: brands[i % 3]!,
    priceMinor: i % 5 === 4 ? null : 100 * i,
    stock: i % 7 === 6 ? null : i,
    margin: i % 3 === 2 ? null : i / 40 - 0.1,
  },
}));
const rule = (action: Rule['action'], match: Rule['match'] = {}, id = 'R'): Rule => ({ id, name: id, match, action });
const ids = (list: { items: Candidate[] }): string[] => list.items.map(({ productId }) => productId);

describe('a rule', () => {
  test.each<[string, Rule['match'], string[]]>([
    ['a category with its subcategories, however it is written', { category: ' kitchen ' }, ['P0', 'P1', 'P4']],
    ['a subcategory', { category: 'Kitchen>Pots' }, ['P1', 'P5', 'P9']],
    ['a brand', { brand: 'STAHL' }, ['P0', 'P3', 'P6']],
    ['a price range, where there is a price', { priceFrom: 300, priceTo: 600 }, ['P3', 'P5', 'P6']],
    ['a margin, where it is known', { marginFrom: 0, marginTo: 0.15 }, ['P4', 'P6', 'P7']],
    ['what is sold below cost', { marginTo: -0.01 }, ['P0', 'P1', 'P3']],
    ['stock, where it is known', { stockFrom: 5 }, ['P5', 'P7', 'P8']],
    ['products by id', { productIds: ['P9', 'P2'] }, ['P2', 'P9']],
    ['all conditions together', { category: 'Garden', brand: 'Leaf' }, ['P10', 'P22', 'P34']],
  ])('is about %s', (_, match, first) => {
    expect(ids(applyRules(candidates, [rule({ kind: 'ONLY' }, match)], 3)).slice(0, first.length)).toEqual(first);
  });

  test('keeps out what it excludes, and says so', () => {
    const list = applyRules(candidates, [rule({ kind: 'EXCLUDE' }, { category: 'Garden' })], 40);
    expect(list.items).toHaveLength(30);
    expect(list.moves).toContainEqual({ ruleId: 'R', productId: 'P2', effect: 'EXCLUDED' });
  });

  test('pins to a place; two that want one place follow each other', () => {
    const list = applyRules(candidates, [rule({ kind: 'PIN', slot: 2 }, { productIds: ['P30', 'P20'] })], 5);
    expect(ids(list)).toEqual(['P0', 'P20', 'P30', 'P1', 'P2']);
    expect(list.moves.map(({ effect }) => effect)).toEqual(['PINNED', 'PINNED']);
  });

  test('brings what has nothing to do with the list only where it wants it', () => {
    const reserve = candidates.slice(0, 30).map((item) => ({ ...item, reserve: item.productId >= 'P2' }));
    expect(ids(applyRules(reserve, [], 40)).every((id) => id < 'P2')).toBe(true);
    const rules = [
      rule({ kind: 'PIN', slot: 2 }, { productIds: ['P7'] }),
      rule({ kind: 'AT_LEAST', count: 1, of: 3 }, { productIds: ['P9'] }, 'Q'),
      rule({ kind: 'AT_MOST', count: 1, of: 5, perCategory: true }, { category: 'Kitchen' }, 'L'),
    ];
    const list = applyRules(reserve, rules, 40);
    // The quota’s product is of the department that the limit counts: the one place that it leaves is promised to it.
    expect(ids(list).slice(0, 3)).toEqual(['P10', 'P7', 'P9']);
    expect(ids(list).filter((id) => id >= 'P2')).toEqual(['P7', 'P9']);
    const quota = applyRules(reserve, rules.slice(1, 2), 40);
    expect(ids(quota).slice(0, 3)).toEqual(['P0', 'P1', 'P9']);
    expect(ids(quota).filter((id) => id >= 'P2')).toEqual(['P9']);
  });

  test('does not pin what another excludes', () => {
    const rules = [
      rule({ kind: 'PIN', slot: 1 }, { productIds: ['P2'] }),
      rule({ kind: 'EXCLUDE' }, { category: 'Garden' }, 'X'),
    ];
    expect(ids(applyRules(candidates, rules, 3))).toEqual(['P0', 'P1', 'P3']);
  });

  test('lets at most so many of a category through, and the others after', () => {
    const list = applyRules(candidates, [rule({ kind: 'AT_MOST', count: 1, of: 3, perCategory: true })], 5);
    expect(ids(list)).toEqual(['P0', 'P2', 'P3', 'P1', 'P4']);
    expect(list.moves).toContainEqual({ ruleId: 'R', productId: 'P1', effect: 'HELD_BACK' });
  });

  test('brings forward what a quota wants, no sooner than it must', () => {
    const list = applyRules(
      candidates,
      [rule({ kind: 'AT_LEAST', count: 2, of: 5 }, { productIds: ['P30', 'P31', 'P32'] })],
      6,
    );
    expect(ids(list)).toEqual(['P0', 'P1', 'P2', 'P30', 'P31', 'P3']);
  });
});

const match = fc.record(
  {
    productIds: fc.array(
      fc.nat(45).map((i) => `P${i}`),
      { maxLength: 6 },
    ),
    category: fc.constantFrom('Kitchen', 'Kitchen > Pots', 'Garden', 'Nowhere'),
    brand: fc.constantFrom('Stahl', 'leaf'),
    priceFrom: fc.nat(4000),
    marginFrom: fc.double({ min: -0.2, max: 1, noNaN: true }),
    marginTo: fc.double({ min: -0.2, max: 1, noNaN: true }),
    stockFrom: fc.nat(40),
  },
  { requiredKeys: [] },
);
const action = fc.oneof(
  fc.constant({ kind: 'EXCLUDE' as const }),
  fc.constant({ kind: 'ONLY' as const }),
  fc.record({ kind: fc.constant('PIN' as const), slot: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('BOOST' as const), factor: fc.constantFrom(0.1, 1, 5) }),
  fc.record({
    kind: fc.constant('AT_MOST' as const),
    count: fc.nat(4),
    of: fc.integer({ min: 1, max: 15 }),
    perCategory: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('AT_LEAST' as const),
    count: fc.integer({ min: 1, max: 5 }),
    of: fc.integer({ min: 1, max: 15 }),
  }),
);
const anyRules = fc
  .array(fc.tuple(match, action), { maxLength: 6 })
  .map((drawn) => drawn.map(([about, what], i): Rule => rule(what, about, `R${i}`)));

describe('rules that contend', () => {
  test('a pin holds its place, however good its product', () => {
    const list = applyRules(candidates, [rule({ kind: 'PIN', slot: 4 }, { productIds: ['P0'] })], 5);
    expect(ids(list)).toEqual(['P1', 'P2', 'P3', 'P0', 'P4']);
    expect(list.moves).toEqual([{ ruleId: 'R', productId: 'P0', effect: 'PINNED' }]);
  });

  test('of two pins to one place that of the larger priority has it', () => {
    const rules = [
      rule({ kind: 'PIN', slot: 2 }, { productIds: ['P9'] }, 'A'),
      { ...rule({ kind: 'PIN', slot: 2 }, { productIds: ['P20'] }, 'B'), priority: 5 },
    ];
    expect(ids(applyRules(candidates, rules, 4))).toEqual(['P0', 'P20', 'P9', 'P1']);
  });

  test('a pin beyond the end of a short list closes it', () => {
    const pin = rule({ kind: 'PIN', slot: 30 }, { productIds: ['P1'] });
    expect(ids(applyRules(candidates.slice(0, 4), [pin], 40))).toEqual(['P0', 'P2', 'P3', 'P1']);
  });

  test('two quotas share the places that they have', () => {
    const wanted = (productIds: string[], id: string) =>
      rule({ kind: 'AT_LEAST', count: 2, of: 4 }, { productIds }, id);
    const rules = [wanted(['P20', 'P21'], 'A'), wanted(['P30', 'P31'], 'B')];
    expect(ids(applyRules(candidates, rules, 6))).toEqual(['P20', 'P21', 'P30', 'P31', 'P0', 'P1']);
  });

  test('a product that does for two quotas is taken where there is no place for one of each', () => {
    const wanted = (productIds: string[], id: string) =>
      rule({ kind: 'AT_LEAST', count: 1, of: 1 }, { productIds }, id);
    const rules = [wanted(['P2', 'P9'], 'A'), wanted(['P5', 'P9'], 'B')];
    expect(ids(applyRules(candidates, rules, 3))).toEqual(['P9', 'P0', 'P1']);
  });

  test('a quota has the room that a limit leaves, before what stands there by its score', () => {
    const rules = [
      rule({ kind: 'AT_MOST', count: 2, of: 6, perCategory: true }, {}, 'L'),
      rule({ kind: 'AT_LEAST', count: 1, of: 6 }, { productIds: ['P20'] }, 'Q'),
    ];
    expect(ids(applyRules(candidates, rules, 6))).toEqual(['P0', 'P2', 'P3', 'P6', 'P7', 'P20']);
  });
});

/** Lists that keep to what limits let through, and to pins at their very slots, until one does what is asked; exhaustive. */
function canBe(open: readonly Candidate[], rules: readonly Rule[], length: number): boolean {
  const about = (one: Rule, item: Candidate) => isAbout(one, item.productId, item.offer);
  const holds = (list: readonly Candidate[]): boolean =>
    rules.every((one) => {
      const { action: what } = one;
      if (what.kind === 'PIN') return list[what.slot - 1] !== undefined && about(one, list[what.slot - 1]!);
      return what.kind !== 'AT_LEAST' || list.slice(0, what.of).filter((item) => about(one, item)).length >= what.count;
    });
  const allowed = (list: readonly Candidate[]): boolean =>
    rules.every(({ action: what, ...one }) => {
      if (what.kind !== 'AT_MOST') return true;
      const met = list.slice(0, what.of).filter((item) => about({ ...one, action: what }, item));
      return met.length <= what.count;
    });
  const grow = (list: readonly Candidate[]): boolean =>
    list.length === length
      ? holds(list)
      : open.some((item) => !list.includes(item) && allowed([...list, item]) && grow([...list, item]));
  return grow([]);
}

describe('whatever the rules', () => {
  test('pins within limits, and quotas beside pins, hold wherever any list can have it so', () => {
    const few = candidates.slice(0, 6);
    const some = fc.uniqueArray(fc.constantFrom(...few.map(({ productId }) => productId)), {
      minLength: 1,
      maxLength: 3,
    });
    const place = fc.integer({ min: 1, max: 4 });
    const pin = fc
      .tuple(fc.constantFrom(...few.map(({ productId }) => productId)), place)
      .map(([productId, slot]) => rule({ kind: 'PIN', slot }, { productIds: [productId] }, `pin ${productId}`));
    const pins = fc.uniqueArray(pin, { maxLength: 2, selector: ({ id }) => id });
    const limit = fc
      .tuple(some, fc.nat(2), place)
      .map(([productIds, count, of]) =>
        rule({ kind: 'AT_MOST', count, of, perCategory: false }, { productIds }, 'limit'),
      );
    const quota = fc
      .tuple(some, place, place)
      .map(([productIds, count, of]) => rule({ kind: 'AT_LEAST', count, of }, { productIds }, 'quota'));
    const drawn = fc.oneof(
      fc.tuple(pins, fc.array(limit, { maxLength: 2 })),
      fc.tuple(pins, fc.array(quota, { maxLength: 1 })),
    );
    let possible = 0;
    fc.assert(
      fc.property(drawn, ([wanted, others]) => {
        const slots = wanted.map(({ action: what }) => (what.kind === 'PIN' ? what.slot : 0));
        fc.pre(new Set(slots).size === slots.length);
        const rules = [...wanted, ...others];
        if (!canBe(few, rules, 4)) return;
        possible++;
        const { items } = applyRules(few, rules, 4);
        expect(items).toHaveLength(4);
        for (const one of rules) {
          const met = items.map(({ productId, offer }) => isAbout(one, productId, offer));
          if (one.action.kind === 'PIN') expect(met[one.action.slot - 1]).toBe(true);
          if (one.action.kind === 'AT_LEAST') {
            expect(met.slice(0, one.action.of).filter(Boolean).length).toBeGreaterThanOrEqual(one.action.count);
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(possible).toBeGreaterThan(100);
  });

  test('none of those that rule out or limit is broken, and nothing is shown twice', () => {
    fc.assert(
      fc.property(anyRules, fc.integer({ min: 1, max: 40 }), (rules, length) => {
        const { items } = applyRules(candidates, rules, length);
        expect(new Set(items).size).toBe(items.length);
        expect(items.length).toBeLessThanOrEqual(length);
        for (const one of rules) {
          const about = (item: Candidate) => isAbout(one, item.productId, item.offer);
          const what = one.action;
          if (what.kind === 'EXCLUDE') expect(items.some(about)).toBe(false);
          if (what.kind === 'ONLY') expect(items.every(about)).toBe(true);
          if (what.kind === 'AT_MOST') {
            const counts = new Map<string, number>();
            for (const item of items.slice(0, what.of).filter(about)) {
              const group = what.perCategory ? departmentOf(item.offer) : '';
              counts.set(group, (counts.get(group) ?? 0) + 1);
            }
            for (const count of counts.values()) expect(count).toBeLessThanOrEqual(what.count);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('without rules that rule out or limit, the list is as long as was asked for, and quotas are met', () => {
    fc.assert(
      fc.property(anyRules, fc.integer({ min: 15, max: 40 }), (drawn, length) => {
        const rules = drawn.filter((one) => one.action.kind === 'BOOST' || one.action.kind === 'AT_LEAST').slice(0, 1);
        const { items } = applyRules(candidates, rules, length);
        expect(items).toHaveLength(length);
        for (const one of rules) {
          if (one.action.kind !== 'AT_LEAST') continue;
          const about = (item: Candidate) => isAbout(one, item.productId, item.offer);
          const wanted = Math.min(one.action.count, one.action.of, candidates.filter(about).length);
          expect(items.slice(0, one.action.of).filter(about).length).toBeGreaterThanOrEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('every product that is not where its score would put it has a rule to its name', () => {
    fc.assert(
      fc.property(anyRules, (rules) => {
        const { items, moves } = applyRules(candidates, rules, 40);
        const shown = new Set(items.map(({ productId }) => productId));
        for (const { productId } of candidates) {
          if (!shown.has(productId)) expect(moves.some((move) => move.productId === productId)).toBe(true);
        }
        const kept = candidates.filter(({ productId }) => shown.has(productId));
        if (moves.every(({ effect }) => effect === 'EXCLUDED')) expect(items).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });
});
