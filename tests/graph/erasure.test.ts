import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { beginErasure, resumeErasures } from '@cda/platform/events/erase.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { subgraphDefinitions } from '../../standalone/src/subgraphs.ts';
import { loadKeysOfCustomers } from '../../subgraphs/users/src/loaders/identity.ts';
import { smallDemoShop } from '../demo-template.ts';
import { dumpDatabase, findInDump } from '../dump-database.ts';
import { type Answer, ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
let admin: Pool;

beforeEach(async () => {
  graph = await openGraph({ template: smallDemoShop });
  admin = createPool(graph.adminUrl, { name: 'test', statementTimeoutMs: 0 });
}, 180_000);
afterEach(async () => {
  await admin?.end();
  await graph?.[Symbol.asyncDispose]();
});

async function asRole(role: Role, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
  return ask(graph.gateway.url, query, { token, variables });
}
const asAdmin = (query: string, variables?: Record<string, unknown>) => asRole('ADMIN', query, variables);

interface Receipt {
  id: string;
  finishedAt: string | null;
  people: number;
  places: { place: string; rows: number }[];
}

async function erase(ids: readonly string[], more: Record<string, unknown> = {}): Promise<Receipt> {
  const answer = await asAdmin(
    `mutation ($input: EraseCustomersInput!) { eraseCustomers(input: $input) {
       ... on ErasureReceipt { id people finishedAt places { place rows } } ... on UserError { code path message } } }`,
    { input: { ids, mode: 'WIPE', ...more } },
  );
  return field<Receipt>(answer, 'eraseCustomers');
}

interface Check {
  complete: boolean;
  found: unknown[];
  rebuilding: string[];
}

async function check(receipt: string): Promise<Check> {
  const answer = await asAdmin(
    'query ($receipt: ID!) { verifyErasure(receipt: $receipt) { complete found { place rows } rebuilding } }',
    { receipt },
  );
  return field<Check>(answer, 'verifyErasure');
}

const whole = (receipt: string): Promise<unknown> =>
  expect
    .poll(() => check(receipt), { timeout: 60_000, interval: 250 })
    .toEqual({
      complete: true,
      found: [],
      rebuilding: [],
    });

async function track(...input: Record<string, unknown>[]): Promise<{ verdict: string; code: string | null }[]> {
  const answer = await asAdmin(
    'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { verdicts { verdict code } } } }',
    { input },
  );
  return field<{ verdicts: { verdict: string; code: string | null }[] }>(answer, 'trackEvents').verdicts;
}

/** A customer of the demo shop with everything that can be known of one, and the words by which they could be found again. */
async function somebody(): Promise<{ userId: string; name: string; orderIds: string[]; words: string[] }> {
  const { rows } = await admin.query<{ key: string; name: string; email: string }>(
    `SELECT c.customer_key AS key, c.name, c.email FROM users.customer c JOIN users.identity i ON i.canonical_key = c.customer_key
     WHERE c.order_count BETWEEN 3 AND 8 AND 1 = (SELECT count(*) FROM users.customer o WHERE o.name = c.name)
     ORDER BY c.customer_key LIMIT 1`,
  );
  const { key, name, email } = rows[0]!;
  const userId = key.slice(2);
  const phone = '+49 30 5550147';
  const devices = Array.from({ length: 7 }, (_, i) => `device-of-theirs-${i}`);
  await track(
    { type: 'IDENTIFY', messageId: 'phone', userId, traits: { phone, email } },
    ...devices.map((anonymousId, i) => ({ type: 'PAGE', messageId: `page ${i}`, userId, anonymousId })),
    ...devices.map((anonymousId, i) => ({ type: 'PAGE', messageId: `alone ${i}`, anonymousId })),
    { type: 'ALIAS', messageId: 'alias', userId, previousId: 'device-before' },
    { type: 'PAGE', messageId: 'kiosk 1', userId, anonymousId: 'kiosk-in-the-shop' },
    { type: 'PAGE', messageId: 'kiosk 2', userId: 'somebody-else', anonymousId: 'kiosk-in-the-shop' },
    // Other people's events that mention them, and events that are refused.
    {
      event: 'Product Shared',
      messageId: 'shared',
      userId: 'somebody-else',
      properties: { product_id: 'P0001', recipient: email, notes: [`call ${phone}`], number: 5550147 },
    },
    { event: 'Order Completed', messageId: 'refused 1', userId, properties: { order_id: 'x' } },
    { event: 'Product Viewed', messageId: 'refused 2', properties: { customer: { mail: email } } },
  );
  const orders = await admin.query<{ id: string }>(
    "SELECT DISTINCT properties->>'order_id' AS id FROM events.log WHERE customer_key = $1 AND name = 'Order Completed'",
    [key],
  );
  const orderIds = orders.rows.map(({ id }) => id);
  const own = await admin.query<{ id: string }>(
    'SELECT customer_key AS id FROM users.identity WHERE canonical_key = $1',
    [key],
  );
  await graph.system.catchUp();
  return {
    userId,
    name,
    orderIds,
    words: [userId, name, email, phone, 'device-before', ...devices, ...own.rows.map(({ id }) => id.slice(2))],
  };
}

/** What the projections hold, and what they hold once the whole log was folded in anew. */
async function projectionsAndTheirReplay(): Promise<[Map<string, string[]>, Map<string, string[]>]> {
  const read = async (): Promise<Map<string, string[]>> => {
    const dump = await dumpDatabase(admin, Object.keys(subgraphDefinitions));
    const tables = Object.values(subgraphDefinitions).flatMap(({ projections }) =>
      projections.flatMap((p) => p.tables),
    );
    return new Map(tables.map((table) => [table, dump.get(table)!]));
  };
  await graph.system.catchUp();
  const before = await read();
  for (const name of Object.keys(subgraphDefinitions) as SubgraphName[]) {
    await graph.system.subgraphs[name].projector.replay();
  }
  return [before, await read()];
}

describe('erasing a customer of the demo shop', () => {
  test('leaves nothing of them in any table, and figures that are a replay of what is left', {
    timeout: 180_000,
  }, async () => {
    const person = await somebody();
    const words = [...person.words, ...person.orderIds];
    const before = await dumpDatabase(admin);
    const places = findInDump(before, words).map((found) => found.slice(0, found.indexOf(':')));
    for (const word of words) expect(places).toContain(`${word} in events.log`);
    expect(places).toEqual(
      expect.arrayContaining(
        [
          'events.quarantine',
          'users.customer',
          'users.churn_score',
          'recommendations.interaction',
          'analytics.customer_day',
        ].map((table) => `${person.userId} in ${table}`),
      ),
    );
    const events = before.get('events.log')!.length;

    const receipt = await erase([toGlobalId('Customer', `u:${person.userId}`)]);
    expect(receipt).toMatchObject({ people: 1, finishedAt: expect.any(String) });
    const rows = new Map(receipt.places.map(({ place, rows: count }) => [place, count]));
    expect(rows.get('events.log')).toBeGreaterThan(20);
    expect(rows.get('events.quarantine')).toBe(2);
    expect(rows.get("events.log (others' events without the person)")).toBe(1);
    // They themselves, and those of their devices that were past the fifth.
    expect(rows.get('users.customer')).toBeGreaterThan(1);
    // Before anything is folded anew there is nothing of the person left already.
    const atOnce = await dumpDatabase(admin);
    expect(findInDump(atOnce, words)).toEqual([]);
    await whole(receipt.id);

    const after = await dumpDatabase(admin);
    expect(findInDump(after, words)).toEqual([]);
    expect(after.get('events.log')!.length).toBe(events - rows.get('events.log')!);
    const shared = after
      .get('events.log')!
      .find((row) => row.includes('Product Shared') && row.includes('somebody-else'));
    expect(shared).toContain('""number"": 5550147');
    expect(shared).toContain('call erased');
    // Who shared a device or a word with them is still there.
    for (const word of ['kiosk-in-the-shop', 'somebody-else']) {
      expect(findInDump(after, [word]).some((found) => found.startsWith(`${word} in events.log`))).toBe(true);
    }

    const [kept, replayed] = await projectionsAndTheirReplay();
    for (const [table, content] of kept) expect(content, table).toEqual(replayed.get(table));

    const late = await track(
      { event: 'Product Viewed', messageId: 'late 1', userId: person.userId, properties: { product_id: 'P0001' } },
      {
        event: 'Product Viewed',
        messageId: 'late 2',
        anonymousId: 'device-of-theirs-6',
        properties: { product_id: 'P0001' },
      },
      { type: 'ALIAS', messageId: 'late 3', userId: 'somebody-else', previousId: 'device-before' },
      { type: 'PAGE', messageId: 'late 4', userId: 'somebody-else', anonymousId: 'device-of-theirs-0' },
      { event: 'Order Completed', messageId: 'late 5', userId: person.userId, properties: { order_id: 'x' } },
    );
    expect(late.map(({ verdict }) => verdict)).toEqual(['REJECTED', 'REJECTED', 'ACCEPTED', 'ACCEPTED', 'REJECTED']);
    expect(late[0]!.code).toBe('ERASED_CUSTOMER');
    await graph.system.catchUp();
    const later = await dumpDatabase(admin);
    expect(findInDump(later, words)).toEqual([]);
  });

  test('can keep the totals as nobody’s: every figure of the shop stays what it was', {
    timeout: 180_000,
  }, async () => {
    const person = await somebody();
    const words = [...person.words, ...person.orderIds];
    const figures = async () => {
      const money = await admin.query('SELECT * FROM analytics.day_money ORDER BY day, currency');
      const sold = await admin.query(
        'SELECT sum(revenue_minor) AS revenue, sum(order_count) AS orders FROM users.customer',
      );
      return [money.rows, sold.rows];
    };
    const before = await figures();
    const receipt = await erase([toGlobalId('Customer', `u:${person.userId}`)], { mode: 'KEEP_TOTALS' });
    await whole(receipt.id);
    const dump = await dumpDatabase(admin);
    expect(findInDump(dump, words)).toEqual([]);
    expect(await figures()).toEqual(before);
    const { rows } = await admin.query<{ orders: number; name: string | null }>(
      "SELECT order_count AS orders, name FROM users.customer WHERE customer_key LIKE 'u:erased-%'",
    );
    expect(rows).toEqual([{ orders: person.orderIds.length, name: null }]);
    const refunds = await admin.query(
      `SELECT FROM users.customer_refund r WHERE customer_key LIKE 'u:erased-%' AND NOT EXISTS (
         SELECT FROM users.customer_order o WHERE o.customer_key = r.customer_key AND o.order_id = r.order_id)`,
    );
    expect(refunds.rowCount).toBe(0);
    const [kept, replayed] = await projectionsAndTheirReplay();
    for (const [table, content] of kept) expect(content, table).toEqual(replayed.get(table));
  });

  test('can let them come back as a new customer, whose past is not taken in again', { timeout: 180_000 }, async () => {
    const { userId } = await somebody();
    const receipt = await erase([toGlobalId('Customer', `u:${userId}`)], { afterwards: 'NEW_CUSTOMER' });
    await whole(receipt.id);
    const verdicts = await track(
      { type: 'PAGE', messageId: 'old', userId, originalTimestamp: new Date(Date.now() - 3_600_000).toISOString() },
      { type: 'PAGE', messageId: 'new', userId },
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['REJECTED', 'ACCEPTED']);
    await graph.system.catchUp();
    const { rows } = await admin.query('SELECT order_count, name FROM users.customer WHERE customer_key = $1', [
      `u:${userId}`,
    ]);
    expect(rows).toEqual([{ order_count: 0, name: null }]);
    expect((await check(receipt.id)).complete).toBe(true);
  });

  test('takes merged customers and undone merges along, and what was begun before a kill is finished', {
    timeout: 180_000,
  }, async () => {
    const { userId, words } = await somebody();
    const { rows } = await admin.query<{ key: string }>(
      'SELECT customer_key AS key FROM users.customer WHERE order_count > 0 AND NOT anonymous AND customer_key <> $1 ORDER BY 1 LIMIT 2',
      [`u:${userId}`],
    );
    const [twin, stranger] = rows.map(({ key }) => key);
    const merge = (from: string, into: string) =>
      asAdmin(
        'mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { ... on MergedCustomers { merges { id } } } }',
        { input: { from: [toGlobalId('Customer', from)], into: toGlobalId('Customer', into) } },
      );
    await merge(twin!, `u:${userId}`);
    const wrong = field<{ merges: { id: string }[] }>(await merge(stranger!, `u:${userId}`), 'mergeCustomers');
    await asAdmin('mutation ($ids: [ID!]!) { unmergeCustomers(merges: $ids) { __typename } }', {
      ids: wrong.merges.map(({ id }) => id),
    });
    const people = await loadKeysOfCustomers(graph.db, [`u:${userId}`]);
    expect(people[0]).toContain(twin);
    const id = await beginErasure(graph.db, { people, mode: 'WIPE', afterwards: 'REFUSE', by: 'test' });
    expect((await check(id)).complete).toBe(false);
    expect((await track({ type: 'PAGE', messageId: 'late', userId }))[0]!.verdict).toBe('REJECTED');
    await resumeErasures(graph.db);
    await whole(id);
    const dump = await dumpDatabase(admin);
    expect(findInDump(dump, [...words, twin!.slice(2)])).toEqual([]);
    const others = findInDump(dump, [stranger!.slice(2)]);
    expect(others.some((found) => found.startsWith(`${stranger!.slice(2)} in users.customer:`))).toBe(true);
  });

  test('needs the right to it, and ids that are customers’', async () => {
    const { userId } = await somebody();
    const id = toGlobalId('Customer', `u:${userId}`);
    const mutation = `mutation ($input: EraseCustomersInput!) { eraseCustomers(input: $input) {
      __typename ... on InvalidInput { code path } } }`;
    for (const role of ['VIEWER', 'ANALYST', 'MARKETER'] as const) {
      expect((await asRole(role, mutation, { input: { ids: [id], mode: 'WIPE' } })).codes).toEqual(['FORBIDDEN']);
      expect((await asRole(role, `{ exportCustomer(id: "${id}") }`)).codes).toEqual(['FORBIDDEN']);
    }
    for (const ids of [[], [toGlobalId('Product', 'P0001')], [toGlobalId('Customer', 'p:P0001')], ['nonsense', id]]) {
      const answer = await asAdmin(mutation, { input: { ids, mode: 'WIPE' } });
      expect(answer.data?.['eraseCustomers']).toMatchObject({ __typename: 'InvalidInput' });
    }
    const { rows } = await admin.query('SELECT FROM events.log WHERE customer_key = $1 LIMIT 1', [`u:${userId}`]);
    expect(rows).toHaveLength(1);
    expect((await asAdmin('{ verifyErasure(receipt: "x") { complete } }')).data).toEqual({ verifyErasure: null });
  });
});

test('an export holds what every part keeps of a person, by any of their ids', { timeout: 180_000 }, async () => {
  const person = await somebody();
  const exported = async (key: string) =>
    (await asAdmin('query ($id: ID!) { exportCustomer(id: $id) }', { id: toGlobalId('Customer', key) })).data?.[
      'exportCustomer'
    ] as { keys: string[]; places: Record<string, Record<string, unknown>[]> } | null;
  const all = await exported(`u:${person.userId}`);
  expect(all!.keys[0]).toBe(`u:${person.userId}`);
  expect(Object.keys(all!.places)).toEqual(
    expect.arrayContaining([
      'events.log',
      'events.quarantine',
      'users.customer',
      'users.churn_score',
      'recommendations.interaction',
      'analytics.customer_day',
    ]),
  );
  const text = JSON.stringify(all);
  for (const word of [person.name, ...person.orderIds]) expect(text).toContain(word);
  const { rows } = await admin.query<{ count: number }>(
    'SELECT count(*) FROM events.log WHERE customer_key = ANY ($1)',
    [all!.keys],
  );
  expect(all!.places['events.log']).toHaveLength(rows[0]!.count);
  expect(await exported(all!.keys[1]!)).toEqual(all);
  expect(await exported('u:nobody-at-all')).toBeNull();
});
