import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type System, startSystem } from '../../../standalone/src/system.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';
import { askSubgraph } from '../../subgraph-client.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

let database: TestDatabase;
let system: System;
let log: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase(emptyShop);
  log = new pg.Pool({ connectionString: database.url });
  system = await startSystem({ adminUrl: database.url, internalSecret: testSecret, log: silentLog });
});

afterAll(async () => {
  await log?.end();
  await system?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const list = 'HOME.HYBRID.1.00000000-0000-4000-8000-000000000001';
const customer = toGlobalId('Customer', 'u:ann');
const product = (id: string) => toGlobalId('Product', id);
const mutation = `mutation ($input: [RecommendationFeedbackInput!]!) { recommendationFeedback(input: $input) {
  ... on TrackEventsPayload { accepted duplicates rejected }
  ... on InvalidInput { code message } } }`;
const say = (input: object[]) => askSubgraph(system.subgraphs.analytics, mutation, { input });

describe('feedback on recommendations', () => {
  test('is what a storefront would have sent: joined to its list, and counted once however often it is said', async () => {
    const shown = {
      customer,
      recommendationId: list,
      kind: 'SHOWN',
      products: [product('p1'), product('p2'), product('p3')],
    };
    const clicked = { customer, recommendationId: list, kind: 'CLICKED', products: [product('p2')], position: 2 };
    const added = { ...clicked, kind: 'ADDED' };
    const dismissed = { customer, recommendationId: list, kind: 'DISMISSED', products: [product('p3')] };
    const first = await say([shown, clicked, added, dismissed]);
    expect(first.errors).toBeUndefined();
    expect(first.data).toEqual({ recommendationFeedback: { accepted: 4, duplicates: 0, rejected: 0 } });
    const again = await say([clicked, dismissed]);
    expect(again.data).toEqual({ recommendationFeedback: { accepted: 0, duplicates: 2, rejected: 0 } });
    await system.catchUp();
    const { rows } = await log.query(
      `SELECT position, sum(lists)::int AS lists, sum(impressions)::int AS impressions, sum(clicks)::int AS clicks, sum(adds)::int AS adds
       FROM recommendations.outcome GROUP BY position ORDER BY position`,
    );
    expect(rows).toEqual([
      { position: 0, lists: 1, impressions: 0, clicks: 0, adds: 0 },
      { position: 1, lists: 0, impressions: 1, clicks: 0, adds: 0 },
      { position: 2, lists: 0, impressions: 1, clicks: 1, adds: 1 },
      { position: 3, lists: 0, impressions: 1, clicks: 0, adds: 0 },
    ]);
    const { rows: kept } = await log.query(
      `SELECT customer_key, properties->>'product_id' AS product FROM events.log WHERE name = 'Recommendation Dismissed'`,
    );
    expect(kept).toEqual([{ customer_key: 'u:ann', product: 'p3' }]);
  });

  test('tells the places of a later page', async () => {
    const page = {
      customer,
      recommendationId: list.replace('HOME', 'EMAIL'),
      products: [product('p8'), product('p9')],
    };
    await say([
      { ...page, kind: 'SHOWN', position: 11 },
      { ...page, kind: 'CLICKED', products: [product('p9')], position: 12 },
    ]);
    await system.catchUp();
    const { rows } = await log.query(
      `SELECT position, impressions::int, clicks::int FROM recommendations.outcome
       WHERE placement = 'EMAIL' AND position > 0 ORDER BY position`,
    );
    expect(rows).toEqual([
      { position: 11, impressions: 1, clicks: 0 },
      { position: 12, impressions: 1, clicks: 1 },
    ]);
  });

  test.each([
    [{ customer: product('p1') }, 'input.0.customer'],
    [{ customer: 'no id' }, 'input.0.customer'],
    [{ products: [] }, 'input.0.products'],
    [{ products: [product('p1'), customer] }, 'input.0.products.1'],
    [{ position: 0 }, 'input.0.position'],
  ])('%j is refused by its path, and nothing is stored', async (wrong, path) => {
    const before = await log.query('SELECT count(*) FROM events.log');
    const { errors } = await say([
      { customer, recommendationId: list, kind: 'CLICKED', products: [product('p9')], ...wrong },
    ]);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: path });
    expect((await log.query('SELECT count(*) FROM events.log')).rows).toEqual(before.rows);
  });
});
