import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type System, startSystem } from '../../../standalone/src/system.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { askSubgraph } from '../../subgraph-client.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

// Answers are looked into field by field; their shapes are those of the queries beside them.
// biome-ignore lint/suspicious/noExplicitAny: an answer has no type of its own here
type Answer = Record<string, any>;

let database: TestDatabase;
let system: System;

beforeAll(async () => {
  database = await createTestDatabase(emptyShop);
  system = await startSystem({ adminUrl: database.url, internalSecret: testSecret, log: silentLog });
});

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
  const { data, errors } = await askSubgraph(system.subgraphs.analytics, query, variables);
  expect(errors).toBeUndefined();
  return data as Answer;
};
const track = `mutation ($input: [EventInput!]!) { trackEvents(input: $input) { __typename
  ... on TrackEventsPayload { accepted duplicates rejected verdicts { messageId verdict code path message } }
  ... on InvalidInput { code message } } }`;
const viewed = (messageId: string, more: object = {}) => ({
  event: 'Product Viewed',
  messageId,
  userId: 'ann',
  originalTimestamp: '2026-03-01T10:00:00.000Z',
  properties: { product_id: 'p1', price: 3 },
  ...more,
});

describe('the event door of the graph', () => {
  test('gives each event its own verdict, in the order sent', async () => {
    const { trackEvents } = await ask(track, {
      input: [viewed('t1'), viewed('t1'), viewed('t2', { properties: { price: 3 } }), viewed('t3', { userId: 'null' })],
    });
    expect(trackEvents).toMatchObject({ accepted: 1, duplicates: 1, rejected: 2 });
    expect(trackEvents.verdicts).toMatchObject([
      { messageId: 't1', verdict: 'ACCEPTED', code: null },
      { messageId: 't1', verdict: 'DUPLICATE' },
      {
        messageId: 't2',
        verdict: 'REJECTED',
        code: 'INVALID_PROPERTIES',
        path: 'properties.product_id',
        message: expect.stringContaining('send a text of 1 to 200 characters or a whole number'),
      },
      { messageId: 't3', verdict: 'REJECTED', code: 'BLOCKED_IDENTITY' },
    ]);
  });

  test('tells only of the verdicts that were asked for', async () => {
    const { trackEvents } = await ask(track.replace('verdicts {', 'verdicts(of: [REJECTED]) {'), {
      input: [viewed('of1'), viewed('of1'), viewed('of2', { userId: 'null' })],
    });
    expect(trackEvents).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1 });
    expect(trackEvents.verdicts).toMatchObject([{ messageId: 'of2', verdict: 'REJECTED' }]);
  });

  test('finds a refused event by the id that its sender gave it', async () => {
    await ask(track, { input: [viewed('lost-1', { userId: 'null' }), viewed('lost-2', { userId: 'null' })] });
    const find = async (where: string) =>
      (await ask(`{ quarantine(where: ${where}) { totalCount edges { node { message } } } }`)).quarantine;
    expect(await find('{ messageId: { eq: "lost-2" } }')).toMatchObject({
      totalCount: 1,
      edges: [{ node: { message: expect.stringContaining('placeholder') } }],
    });
    expect(await find('{ messageId: { startsWith: "lost-" } }')).toMatchObject({ totalCount: 2 });
    expect(
      await find('{ messageId: { startsWith: "lost-" }, receivedAt: { lt: "2020-01-01T00:00:00Z" } }'),
    ).toMatchObject({ totalCount: 0 });
  });

  test('answers more than 2,500 events at once with what to do, not with a fault', async () => {
    const { trackEvents } = await ask(track, { input: Array.from({ length: 2_501 }, (_, i) => viewed(`many${i}`)) });
    expect(trackEvents).toMatchObject({ __typename: 'InvalidInput', code: 'TOO_MANY_EVENTS' });
  });

  test('takes products in the terms of schema.org, the same statement once', async () => {
    const upsert = `mutation ($input: [ProductInput!]!) { upsertProducts(input: $input) { ... on TrackEventsPayload { accepted duplicates rejected } } }`;
    const input = [
      {
        productID: 'cup',
        name: 'Cup',
        nameRu: 'Чашка',
        unitCost: 2.1,
        offers: {
          price: 4.5,
          inventoryLevel: 7,
          eligibleRegion: ['DE', 'AT'],
          validFrom: '2026-03-01T00:00:00.000Z',
        },
      },
    ];
    expect((await ask(upsert, { input })).upsertProducts).toEqual({ accepted: 1, duplicates: 0, rejected: 0 });
    expect((await ask(upsert, { input })).upsertProducts).toEqual({ accepted: 0, duplicates: 1, rejected: 0 });
    const { events } = await ask(
      '{ events(where: { name: { eq: "Product Upserted" } }) { edges { node { properties } } } }',
    );
    expect(events.edges[0].node.properties).toMatchObject({
      name_ru: 'Чашка',
      price_minor: 450,
      cost_minor: 210,
      countries: ['DE', 'AT'],
      stock: 7,
    });
  });

  test('takes the catalogue from nobody without the scope for it, by whatever call', async () => {
    const product = { event: 'Product Upserted', messageId: 'forged', properties: { product_id: 'cup', price: 0.01 } };
    const senders = ['events:write'];
    const { data } = await askSubgraph(
      system.subgraphs.analytics,
      track,
      { input: [product, viewed('beside')] },
      senders,
    );
    expect((data as Answer).trackEvents).toMatchObject({
      accepted: 1,
      rejected: 1,
      verdicts: [
        { messageId: 'forged', code: 'CATALOGUE_FORBIDDEN', message: expect.stringContaining('catalogue:write') },
        { messageId: 'beside', verdict: 'ACCEPTED' },
      ],
    });
    const upsert = 'mutation { upsertProducts(input: [{ productID: "cup" }]) { __typename } }';
    const refused = await askSubgraph(system.subgraphs.analytics, upsert, {}, senders);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('the event explorer', () => {
  test('finds events by message, name, customer and time, page by page', async () => {
    await ask(track, { input: Array.from({ length: 5 }, (_, i) => viewed(`page${i}`, { userId: 'explorer' })) });
    const query = `query ($where: EventWhere, $first: Int, $after: String) { events(where: $where, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { messageId name customerId properties occurredAt } } } }`;
    const customer = Buffer.from('Customer:u:explorer').toString('base64url');
    const where = {
      customer,
      messageId: { startsWith: 'page' },
      name: { eq: 'Product Viewed' },
      occurredAt: { gte: '2026-03-01T00:00:00Z', lt: '2026-03-02T00:00:00Z' },
    };
    const first = (await ask(query, { where, first: 3 })).events;
    const second = (await ask(query, { where, first: 3, after: first.pageInfo.endCursor })).events;
    const ids = [...first.edges, ...second.edges].map((edge) => edge.node.messageId);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(first.edges[0].node).toMatchObject({
      customerId: customer,
      properties: { price_minor: 300, currency: 'EUR' },
    });
  });

  test('lists refused events with their reason, and takes a corrected one in', async () => {
    await ask(track, { input: [viewed('broken', { properties: { product_id: 'p9', price: -1 } })] });
    const listed = (
      await ask(
        '{ quarantine(where: { code: { eq: "INVALID_PROPERTIES" } }, first: 1) { totalCount edges { node { id code path raw } } } }',
      )
    ).quarantine;
    const { id, raw } = listed.edges[0].node;
    expect(raw).toMatchObject({ messageId: 'broken', properties: { price: -1 } });
    const resubmit = `mutation ($input: [ResubmitInput!]!) { resubmitEvents(input: $input) { __typename
      ... on TrackEventsPayload { accepted rejected } ... on InvalidInput { code message } } }`;
    expect((await ask(resubmit, { input: [{ id }] })).resubmitEvents).toMatchObject({ accepted: 0, rejected: 1 });
    const event = viewed('broken', { properties: { product_id: 'p9', price: 1 } });
    expect((await ask(resubmit, { input: [{ id, event }] })).resubmitEvents).toMatchObject({
      accepted: 1,
      rejected: 0,
    });
    expect((await ask(resubmit, { input: [{ id }] })).resubmitEvents).toMatchObject({ code: 'NOT_FOUND' });
    const after = (await ask('{ quarantine(where: { code: { eq: "INVALID_PROPERTIES" } }) { totalCount } }'))
      .quarantine;
    expect(after.totalCount).toBe(listed.totalCount - 1);
  });

  test('counts what the read models have seen', async () => {
    const order = { event: 'Order Completed', userId: 'sum', originalTimestamp: '2026-04-01T10:00:00Z' };
    const lines = (price: number) => ({ products: [{ product_id: 'p1', price, quantity: 2 }] });
    await ask(track, {
      input: [
        { ...order, messageId: 'sum1', properties: { order_id: 's1', ...lines(10) } },
        { ...order, messageId: 'sum2', properties: { order_id: 's2', ...lines(5), currency: 'USD' } },
      ],
    });
    await system.catchUp();
    const query = `{ eventTotals(where: { name: { eq: "Order Completed" }, between: { from: "2026-04-01", to: "2026-04-01" } }) { events orders revenue { amountMinor currency } } }`;
    expect((await ask(query)).eventTotals).toEqual({
      events: 2,
      orders: 2,
      revenue: { amountMinor: 2000, currency: 'EUR' },
    });
  });

  test('is shut to those who may not see personal data', async () => {
    const { errors } = await askSubgraph(system.subgraphs.analytics, '{ events { pageInfo { hasNextPage } } }', {}, [
      'customers:read',
    ]);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });
});
