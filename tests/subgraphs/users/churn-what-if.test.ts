import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { expect, test } from 'vitest';
import { type KeptChurnFeature, keptChurnFeatures } from '../../../subgraphs/users/src/features/churn-columns.ts';
import { afterChange, type ChurnChange } from '../../../subgraphs/users/src/features/churn-what-if.ts';
import { customerFeatures } from '../../../subgraphs/users/src/features/customer-features.ts';
import { loadFeatureTable } from '../../../subgraphs/users/src/features/feature-table.ts';
import { openSharedSnapshot } from '../../../subgraphs/users/src/features/shared-snapshot.ts';
import { users } from '../../../subgraphs/users/src/index.ts';
import { openSubgraph } from '../open-subgraph.ts';

const start = Date.UTC(2025, 0, 6);
const at = (day: number): Date => new Date(start + day * 86_400_000);
const names = customerFeatures.map(({ name }) => name);

const event = (name: string, id: string, day: number, properties: object): IncomingEvent => ({
  type: 'track',
  event: name,
  messageId: id,
  userId: 'ann',
  originalTimestamp: at(day).toISOString(),
  properties: properties as Record<string, unknown>,
});
/** The same order each time, so that an average one is one of them. */
const order = (id: string, day: number): IncomingEvent =>
  event('Order Completed', id, day, {
    order_id: id,
    currency: 'EUR',
    products: [
      { product_id: 'pot', price: 20, quantity: 1 },
      { product_id: 'tea', price: 5, quantity: 2 },
    ],
  });
const view = (id: string, day: number): IncomingEvent => event('Product Viewed', id, day, { product_id: 'pot' });

type Features = Record<(typeof names)[number], number>;

test('a change leaves the features that the tables give once it has happened', async () => {
  await using shop = await openSubgraph(users);
  await shop.setShop({ currency: 'EUR' });
  const fold = async (...events: IncomingEvent[]): Promise<void> => {
    await shop.send(events);
    await shop.projector.catchUp();
  };
  const featuresAt = async (day: number): Promise<Features> => {
    await using snapshot = await openSharedSnapshot(shop.db, 1);
    const { values } = await loadFeatureTable(snapshot, names, at(day), Float64Array);
    return Object.fromEntries(names.map((name, i) => [name, values[i]!])) as Features;
  };
  const changed = (features: Features, change: ChurnChange): Features => {
    const all = features as Partial<Record<KeptChurnFeature, number>>;
    const kept = Float32Array.from(keptChurnFeatures, (name) => all[name] ?? 1);
    const after = afterChange(kept, change)!;
    return Object.fromEntries(names.map((name) => [name, after[keptChurnFeatures.indexOf(name)]!])) as Features;
  };
  const expectAlike = (said: Features, seen: Features, except: readonly string[] = []): void => {
    for (const name of names) {
      if (except.includes(name)) continue;
      // The tables count gaps and fading between calendar days, the change by the clock.
      const tolerance = /^(recency|tenure|span|.*[gG]ap|gapDeviation)Days$/.test(name)
        ? 1
        : name.startsWith('weighted')
          ? 0.06
          : 0.02;
      expect([name, Math.abs(said[name] - seen[name]) <= tolerance, said[name], seen[name]]).toEqual([
        name,
        true,
        said[name],
        seen[name],
      ]);
    }
  };

  await fold(order('o1', 10.4), order('o2', 31.6), order('o3', 70.2), view('v1', 120.5), view('v2', 122.5));
  const before = await featuresAt(130);

  // What falls out of windows whose parts are not kept is taken as even: those lie between what is known.
  const waited = await featuresAt(160);
  const waiting = changed(before, 'NO_ORDER');
  expectAlike(waiting, waited, ['orderDays180', 'revenue90Minor', 'visitDays90']);
  expect(waiting.orderDays180).toBeGreaterThanOrEqual(before.orderDays90);
  expect(waiting.orderDays180).toBeLessThanOrEqual(before.orderDays180);
  expect(waiting.revenue90Minor).toBeLessThanOrEqual(before.revenue90Minor);

  await fold(view('v3', 128.5), view('v4', 129.5));
  expectAlike(changed(before, 'VISITS'), await featuresAt(130), ['visitRecencyDays']);

  await fold(order('o4', 129.99));
  expectAlike(changed(before, 'ORDER_NOW'), {
    ...(await featuresAt(130)),
    visitDays30: 2,
    visitDays90: 2,
    views30: 2,
    visitRecencyDays: before.visitRecencyDays,
  });
  // Whoever ordered today is not told to order today.
  expect(afterChange(new Float32Array(keptChurnFeatures.length), 'ORDER_NOW')).toBeUndefined();
});

test('one order makes two: a first gap is known, and no deviation of gaps', () => {
  const kept = Float32Array.from(keptChurnFeatures, (name) => {
    const known: Partial<Record<KeptChurnFeature, number>> = {
      recencyDays: 40,
      tenureDays: 40,
      orders: 1,
      orderDays: 1,
    };
    return known[name] ?? 0;
  });
  const after = afterChange(kept, 'ORDER_NOW')!;
  const feature = (name: KeptChurnFeature): number => after[keptChurnFeatures.indexOf(name)]!;
  expect([feature('orderDays'), feature('spanDays'), feature('latestGapDays'), feature('gapDeviationDays')]).toEqual([
    2, 40, 40, 0,
  ]);
  expect(after.every(Number.isFinite)).toBe(true);
});
