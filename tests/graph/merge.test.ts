import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { dumpDatabase } from '../dump-database.ts';
import { type Answer, ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
let admin: Pool;

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  admin = createPool(graph.adminUrl, { name: 'test', statementTimeoutMs: 0 });
}, 180_000);
afterAll(async () => {
  await admin?.end();
  await graph?.[Symbol.asyncDispose]();
});

async function asRole(role: Role, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
  return ask(graph.gateway.url, query, { token, variables });
}
const asAdmin = (query: string, variables?: Record<string, unknown>) => asRole('ADMIN', query, variables);
const customerId = (key: string): string => toGlobalId('Customer', key);

interface Merge {
  id: string;
  from: string;
  into: string;
  by: string;
  undone: boolean;
}
const mergeMutation = `mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) {
  __typename
  ... on MergedCustomers { customer { id orderCount } merges { id from into by undone } }
  ... on UserError { code path message } } }`;
const merge = async (from: readonly string[], into: string) =>
  field<{
    __typename: string;
    code?: string;
    path?: string;
    customer: { id: string; orderCount: number };
    merges: Merge[];
  }>(await asAdmin(mergeMutation, { input: { from: from.map(customerId), into: customerId(into) } }), 'mergeCustomers');
const unmerge = async (ids: readonly string[]) =>
  field<{ __typename: string; code?: string; path?: string; merges: Merge[] }>(
    await asAdmin(
      `mutation ($ids: [ID!]!) { unmergeCustomers(merges: $ids) {
        __typename ... on UnmergedCustomers { merges { id from into by undone } } ... on UserError { code path } } }`,
      { ids },
    ),
    'unmergeCustomers',
  );

/** Two customers with orders on days of their own, and a visitor who was never tied to anybody. */
async function pickCustomers(): Promise<{ one: string; two: string; visitor: string }> {
  const { rows } = await admin.query<{ key: string }>(
    `SELECT customer_key AS key FROM users.customer WHERE NOT anonymous AND order_count BETWEEN 4 AND 9 ORDER BY customer_key LIMIT 2`,
  );
  const visitors = await admin.query<{ key: string }>(
    'SELECT customer_key AS key FROM users.customer WHERE anonymous ORDER BY customer_key LIMIT 1',
  );
  return { one: rows[0]!.key, two: rows[1]!.key, visitor: visitors.rows[0]!.key };
}

/** Everything that the graph says of these customers and of the shop. */
async function answers(keys: readonly string[]): Promise<unknown> {
  const { data, errors } = await asAdmin(
    `query ($one: ID!, $two: ID!, $visitor: ID!) {
      one: customer(id: $one) { ...known } two: customer(id: $two) { ...known } visitor: customer(id: $visitor) { ...known }
      customers(first: 5, orderBy: { field: REVENUE, direction: DESC }) { totalCount edges { node { ...known } } }
      metrics(range: ALL_TIME) { customers newCustomers orders visits conversionRate revenue { amountMinor } }
    }
    fragment known on Customer {
      id externalId name email firstSeenAt lastSeenAt orderCount revenue { amountMinor }
      rfm { recencyDays frequency monetary { amountMinor } }
      identity { userIds anonymousIds }
      recommendations(first: 5) { edges { node { product { id } } } }
    }`,
    { one: customerId(keys[0]!), two: customerId(keys[1]!), visitor: customerId(keys[2]!) },
  );
  expect(errors).toBeUndefined();
  return data;
}

/** Every row of every projection, but for what must differ: that there was a merge stays told, and where a cursor stands. */
const ofTheProjections = async (): Promise<Map<string, string[]>> => {
  const dump = await dumpDatabase(admin, ['users', 'analytics', 'recommendations', 'products']);
  for (const table of dump.keys()) {
    if (/_merge$|projection_cursor|session|account|sign_in/.test(table)) dump.delete(table);
  }
  return dump;
};

describe('merging customers', () => {
  test('makes their figures one, and taking it back gives every answer and every row as before', {
    timeout: 120_000,
  }, async () => {
    const { one, two, visitor } = await pickCustomers();
    const keys = [one, two, visitor];
    await graph.system.catchUp();
    const before = await answers(keys);
    const tables = await ofTheProjections();
    const orders = async (key: string) =>
      field<{ orderCount: number }>(
        await asAdmin('query ($id: ID!) { customer(id: $id) { orderCount } }', { id: customerId(key) }),
        'customer',
      ).orderCount;
    const together = (await orders(one)) + (await orders(two));

    const merged = await merge([two, visitor], one);
    expect(merged.customer).toEqual({ id: customerId(one), orderCount: together });
    expect(merged.merges.map(({ from, into, by, undone }) => ({ from, into, by, undone }))).toEqual(
      expect.arrayContaining([
        { from: customerId(two), into: customerId(one), by: 'operator:ADMIN', undone: false },
        { from: customerId(visitor), into: customerId(one), by: 'operator:ADMIN', undone: false },
      ]),
    );
    await graph.system.catchUp();
    const during = (await answers(keys)) as Record<string, Record<string, unknown>>;
    const was = before as typeof during;
    expect(during['two']).toEqual(during['one']);
    expect(during['visitor']).toEqual(during['one']);
    expect(during['customers']!['totalCount']).toBe((was['customers']!['totalCount'] as number) - 2);
    expect(during['metrics']!['customers']).toBe((was['metrics']!['customers'] as number) - 1);
    expect(during['metrics']!['newCustomers']).toBe((was['metrics']!['newCustomers'] as number) - 1);
    expect(during['metrics']!['orders']).toBe(was['metrics']!['orders']);

    const undone = await unmerge(merged.merges.map(({ id }) => id));
    expect(undone.merges.every((row) => row.undone)).toBe(true);
    await graph.system.catchUp();
    expect(await answers(keys)).toEqual(before);
    const after = await ofTheProjections();
    for (const [table, rows] of tables) expect(after.get(table), table).toEqual(rows);
  });

  test('is refused where there is nothing to merge, and to those who may only read', async () => {
    const { one, two } = await pickCustomers();
    expect(await merge([one], one)).toMatchObject({
      __typename: 'InvalidInput',
      code: 'ALREADY_ONE',
      path: 'input.from.0',
    });
    expect(await merge(['u:nobody-at-all'], one)).toMatchObject({ __typename: 'NotFound', path: 'input.from.0' });
    expect(await merge([two], 'p:P0001')).toMatchObject({ __typename: 'NotFound', path: 'input.into' });
    expect(await merge([], one)).toMatchObject({ __typename: 'InvalidInput', code: 'TOO_MANY' });
    const merged = await merge([two], one);
    expect(await merge([one], two)).toMatchObject({ __typename: 'InvalidInput', code: 'ALREADY_ONE' });
    expect(await unmerge(['no-such-merge'])).toMatchObject({ __typename: 'NotFound', path: 'merges.0' });
    expect((await unmerge([merged.merges[0]!.id])).__typename).toBe('UnmergedCustomers');
    for (const role of ['VIEWER', 'ANALYST', 'MARKETER'] as const) {
      const answer = await asRole(role, mergeMutation, { input: { from: [customerId(two)], into: customerId(one) } });
      expect(answer.codes).toEqual(['FORBIDDEN']);
    }
  });
});
