import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recommendations } from '../../../../subgraphs/recommendations/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../../open-subgraph.ts';
import { at, catalogue, orders, type Page, page } from '../planted-log.ts';

let shop: OpenSubgraph;
const send = async (...events: IncomingEvent[]): Promise<void> => {
  const verdicts = await shop.send(events);
  expect(verdicts.filter(({ verdict }) => verdict === 'REJECTED')).toEqual([]);
  await shop.projector.catchUp();
};
const list = async (userId: string, args: string): Promise<Page> => {
  const { _entities } = await shop.ask<{ _entities: { recommendations: Page }[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { recommendations${args} ${page} } } }`,
    { of: [{ __typename: 'Customer', id: toGlobalId('Customer', `u:${userId}`) }] },
  );
  return _entities[0]!.recommendations;
};
const shown = async (userId: string, args: string): Promise<string[]> =>
  (await list(userId, args)).edges.map(({ node }) => node.product.id);
const product = (id: string, properties: object): IncomingEvent => ({
  ...catalogue[0]!,
  messageId: `product ${id} ${JSON.stringify(properties)}`,
  originalTimestamp: at(1299.991),
  properties: { product_id: id, name: 'Novelty', category: 'Department 1', price: 12, stock: 5, ...properties },
});
const deed = (event: string, userId: string, id: string, day = 1299.995): IncomingEvent => ({
  type: 'track',
  event,
  messageId: `${event} ${userId} ${id}`,
  userId,
  originalTimestamp: at(day),
  properties:
    event === 'Order Completed'
      ? { order_id: `${userId} ${id}`, currency: 'EUR', products: [{ product_id: id, price: 12, quantity: 1 }] }
      : { product_id: id, price: 12, currency: 'EUR' },
});

beforeAll(async () => {
  shop = await openSubgraph(recommendations);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
  await send(...catalogue, ...orders());
});
afterAll(() => shop?.[Symbol.asyncDispose]());

test('without a model the list of what to buy again is empty, and does not pass for one of what sells best', async () => {
  const again = await list('C5', '(placement: BUY_AGAIN)');
  expect(again).toMatchObject({ edges: [], unavailable: { code: 'MODEL_NOT_SERVED' } });
  expect(again.unavailable!.text).not.toContain('what sells best');
});

describe('with a model', () => {
  beforeAll(async () => {
    await using estimators = createEstimatorPool(1);
    const outcome = await trainModel({
      subgraph: 'recommendations',
      model: recommendations.models[0]!,
      db: shop.db,
      estimators,
      log: silentLog,
    });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', served: true });
    await send(product('NEW', { brand: 'Novel' }));
  });

  test('what lies in the cart is not offered for it, though it is newer than the model', async () => {
    const fresh = toGlobalId('Product', 'NEW');
    const cart = '(placement: CART, where: { brand: "Novel" })';
    expect(await shown('C5', cart)).toContain(fresh);
    await send(deed('Product Added', 'C5', 'NEW'));
    expect(await shown('C5', cart)).not.toContain(fresh);
    expect(await shown('C9', cart)).toContain(fresh);
    await send(deed('Product Added', 'nobody yet', 'NEW'));
    expect(await shown('nobody yet', cart)).not.toContain(fresh);
  });

  describe('an empty list of what to buy again', () => {
    const why = async (userId: string, where = ''): Promise<string> => {
      const { edges, unavailable } = await list(userId, `(placement: BUY_AGAIN${where})`);
      expect(edges).toEqual([]);
      expect(unavailable!.code).toBe('NOT_ENOUGH_DATA');
      return unavailable!.text;
    };

    test('says of those who ordered nothing that they did not', async () => {
      expect(await why('never came')).toMatch(/^This customer has not ordered anything yet/);
    });

    test('says of those who ordered what is newer than the model that it is', async () => {
      await send(deed('Order Completed', 'early bird', 'NEW'));
      expect(await why('early bird')).toMatch(/is newer than the model/);
    });

    test('says that nothing of what is asked for was ordered', async () => {
      expect(await why('C5', ', where: { category: "Department 9" }')).toMatch(/among the products that are asked for/);
    });

    test('says that what was ordered cannot be offered now', async () => {
      await send(deed('Order Completed', 'once', 'P41'), product('P41', { stock: 0 }));
      expect(await why('once')).toMatch(/can be offered now/);
    });
  });

  test.each([
    ['Germany', true],
    ['Unspecified', true],
    ['France', false],
    ['FR', false],
  ])('a product that is sold in Germany alone is offered to an account of %s: %s', async (country, isOffered) => {
    const userId = `customer of ${country}`;
    await send(deed('Product Viewed', userId, 'P1'), product('LOCAL', { brand: 'Local', countries: ['DE'] }), {
      type: 'identify',
      messageId: `account of ${country}`,
      userId,
      originalTimestamp: at(1299.996),
      traits: { address: { country } },
    });
    const local = toGlobalId('Product', 'LOCAL');
    expect((await shown(userId, '(where: { brand: "Local" })')).includes(local)).toBe(isOffered);
  });
});
