import { describe, expect, test } from 'vitest';
import { type RankedList, toPage } from '../../../../subgraphs/recommendations/src/serving/list.ts';
import { ruledList } from '../../../../subgraphs/recommendations/src/serving/ruled-list.ts';

/** A list that is not in the order of its scores, as one of two kinds or with pins. */
const listOf = (productIds: readonly string[]): RankedList => ({
  items: productIds.map((productId, i) => ({ productId, score: i % 2 === 0 ? 5 - i : -i, reasons: () => [] })),
  rules: [],
  pipeline: 'HYBRID',
  asOf: new Date(0),
  model: null,
});
const ids = ({ edges }: ReturnType<typeof toPage>): string[] =>
  edges.map(({ node }) => Buffer.from(node.product.id, 'base64url').toString().split(':')[1]!);
const names = Array.from({ length: 12 }, (_, i) => `P${i}`);

describe('a page of a list', () => {
  test('goes on where the one before ended, whatever the scores', () => {
    const first = toPage(listOf(names), 'EMAIL', { first: 5 });
    const second = toPage(listOf(names), 'EMAIL', { first: 5, after: first.pageInfo.endCursor });
    expect([...ids(first), ...ids(second)]).toEqual(names.slice(0, 10));
    expect(second.edges[0]!.node.rank).toBe(6);
  });

  test('goes on at the same place when its last product has left the list since', () => {
    const { pageInfo } = toPage(listOf(names), 'EMAIL', { first: 5 });
    const later = listOf(names.filter((name) => name !== 'P4'));
    expect(ids(toPage(later, 'EMAIL', { first: 3, after: pageInfo.endCursor }))).toEqual(['P5', 'P6', 'P7']);
    expect(ids(toPage(listOf(['P9']), 'EMAIL', { first: 3, after: pageInfo.endCursor }))).toEqual([]);
  });

  test.each(['["x","P99"]', '[null,"P99"]', '[-7,"P99"]', '[1e300,"P99"]'])(
    'takes no harm by a forged cursor %s',
    (text) => {
      const after = Buffer.from(text).toString('base64url');
      expect(ids(toPage(listOf(names), 'HOME', { first: 2, after }))).toEqual(
        text.startsWith('[1e') ? [] : ['P0', 'P1'],
      );
    },
  );
});

describe('the trace of rules', () => {
  test('tells of every pin, however many products were raised', () => {
    const offer = { category: 'A', brand: null, priceMinor: 1, stock: 1 };
    const candidates = Array.from({ length: 400 }, (_, i) => ({
      productId: `P${i}`,
      score: -i,
      offer,
      reasons: () => [],
    }));
    const { rules } = ruledList(candidates, [
      ...['A', 'B'].map((id) => ({
        id,
        name: id,
        match: { category: 'A' },
        action: { kind: 'BOOST' as const, factor: 2 },
      })),
      { id: 'P', name: 'P', match: { productIds: ['P399'] }, action: { kind: 'PIN', slot: 1 } },
    ]);
    expect(rules[0]).toMatchObject({ productId: 'P399', effect: 'PINNED', ruleName: 'P' });
  });
});
