import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { expect, test } from 'vitest';
import { analytics } from '../../subgraphs/analytics/src/index.ts';
import { recommendations } from '../../subgraphs/recommendations/src/index.ts';
import { users } from '../../subgraphs/users/src/index.ts';
import { foldLog } from './fold-log.ts';
import { deliverOtherwise, drawEvents } from './random-shop.ts';

/** The random shop, where people are seen on devices: some on their own, some on one that others use too. */
function drawPeopleWithDevices(seed: number, count: number): IncomingEvent[] {
  const random = createRandom(seed * 31);
  return drawEvents(seed, count).flatMap((event): IncomingEvent[] => {
    const device = random.next() < 0.15 ? 'w' : `own-${event.userId}-${random.integer(8)}`;
    if (event.userId === undefined || random.next() < 0.4) return [event];
    if (random.next() < 0.2) {
      const alias = { type: 'alias' as const, messageId: `${event.messageId}-alias`, userId: event.userId };
      return [event, { ...alias, previousId: device, originalTimestamp: event.originalTimestamp! }];
    }
    const { userId: _userId, ...anonymous } = event;
    return [{ ...(random.next() < 0.3 ? anonymous : event), anonymousId: device }];
  });
}

test.each([users, analytics, recommendations])(
  '$name: people with several keys are the same in any order of arrival, and after a replay',
  { timeout: 120_000 },
  async (definition) => {
    for (const seed of [11, 12]) {
      const events = drawPeopleWithDevices(seed, 300);
      const timeZone = 'Europe/Berlin';
      const expected = await foldLog(definition, { deliveries: [events], batchSize: 10_000, timeZone });
      expect(expected[`${definition.name}.identity`]!.length).toBeGreaterThan(8);
      expect(expected[`${definition.name}.identity_changed`]).toEqual([]);
      const deliveries = deliverOtherwise(events, seed + 100);
      expect(await foldLog(definition, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
      expect(await foldLog(definition, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
    }
  },
);

test('a customer is made of all keys that are theirs: the latest that was said, and the sums', async () => {
  const order = (messageId: string, who: Partial<IncomingEvent>, price: number): IncomingEvent => ({
    type: 'track',
    event: 'Order Completed',
    messageId,
    ...who,
    originalTimestamp: '2026-03-01T10:00:00Z',
    properties: { order_id: messageId, currency: 'EUR', products: [{ product_id: 'p', price, quantity: 1 }] },
  });
  const tables = await foldLog(users, {
    deliveries: [
      [order('o1', { anonymousId: 'phone' }, 10), order('o2', { anonymousId: 'kiosk' }, 1)],
      [order('o3', { userId: 'ann' }, 20), { type: 'page', messageId: 'k1', userId: 'ann', anonymousId: 'kiosk' }],
      [{ type: 'alias', messageId: 'a', userId: 'ann', previousId: 'phone' }],
      [{ type: 'page', messageId: 'k2', userId: 'bob', anonymousId: 'kiosk' }],
    ],
    batchSize: 10_000,
    timeZone: 'UTC',
  });
  // Orders and revenue stand behind the four times.
  const figures = tables['users.customer']!.map((row) => /^\((?:"?([^",]+)"?),.*?,(\d+),(-?\d+),/.exec(row)!.slice(1));
  expect(figures).toEqual([
    ['a:kiosk', '1', '100'],
    ['u:ann', '2', '3000'],
    ['u:bob', '0', '0'],
  ]);
});
