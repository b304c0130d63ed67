import { describe, expect, test } from 'vitest';
import { historyBefore } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { profileDefaults, toProfile } from '../../../../subgraphs/recommendations/src/ml/profile.ts';
import { type Deed, toInteractions } from '../planted-shop.ts';

const profileOf = (deeds: Omit<Deed, 'customer'>[], day = 100) => {
  const data = toInteractions(
    1,
    10,
    deeds.map((deed) => ({ customer: 0, ...deed })),
  );
  return toProfile(historyBefore(data, 0, day), day);
};

describe('a profile', () => {
  test('sees nothing that came later', () => {
    expect(profileOf([{ product: 1, day: 100 }]).products).toHaveLength(0);
  });

  test('counts orders, not lines', () => {
    const { orders, orderCount } = profileOf([
      { product: 1, day: 10 },
      { product: 1, day: 10.1, order: 1_000_010 },
      { product: 1, day: 20 },
      { product: 2, day: 20 },
    ]);
    expect(orderCount).toBe(3);
    expect([...orders]).toEqual([3, 1]);
  });

  test('forgets slowly: what was bought four orders ago weighs less than the latest, a view less than a purchase', () => {
    const { basket, taste, ordersSince } = profileOf([
      { product: 1, day: 10 },
      ...[2, 3, 4, 5].map((product) => ({ product, day: 10 * product })),
      { product: 6, day: 55, kind: 'view' as const },
    ]);
    expect(basket[0]).toBeCloseTo(profileDefaults.orderDecay ** 4, 12);
    expect(basket[4]).toBeCloseTo(1, 12);
    expect(basket[5]).toBeCloseTo(0.1, 12);
    expect(taste[0]).toBeLessThan(taste[4]!);
    expect([...ordersSince]).toEqual([4, 3, 2, 1, 0, 5]);
  });

  test('takes a returned product back', () => {
    const { orders, taste, basket, frequency } = profileOf([
      { product: 1, day: 10 },
      { product: 1, day: 20, kind: 'refund' },
    ]);
    expect([orders[0], taste[0], basket[0], frequency[0]]).toEqual([0, 0, 0, 0]);
  });

  test('knows the gaps between purchases', () => {
    const { gapDays } = profileOf([10, 20, 40].map((day) => ({ product: 3, day })));
    expect(gapDays[0]).toBe(15);
    expect(profileOf([{ product: 3, day: 1 }]).gapDays[0]).toBeNaN();
  });
});
