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
    expect(ids(list).slice(0, 2)).toEqual(['P0', 'P7']);
    expect(ids(list).filter((id) => id >= 'P2')).toEqual(['P7']);
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

describe('whatever the rules', () => {
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
