import { resolve } from 'node:path';
import { loadOperations } from '@cda/gateway';
import { Kind, parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';
import { createListedOperations } from '../../gateway/src/guards/listed-operations.ts';
import { ask } from '../graph/ask.ts';
import { openSmallGraph } from './small-graph.ts';

const listed = [
  parse('query Shop { shop { name currency } }'),
  parse(
    'query Customer($id: ID!, $first: Int) { customer(id: $id) { ...C } orders } fragment C on Customer { name picks(first: $first) { name } }',
  ),
];

test('a listed operation is known in another layout, order, and with __typename; a changed one is not', () => {
  const operations = createListedOperations(listed);
  expect(operations.size).toBe(2);
  for (const same of [
    'query Shop{shop{currency,name}}',
    'query Shop { __typename shop { name __typename currency } }',
    'fragment C on Customer { __typename picks(first: $first) { name } name } query Customer($first: Int, $id: ID!) { orders customer(id: $id) { ...C } }',
  ]) {
    expect([same, operations.has(parse(same))]).toEqual([same, true]);
  }
  for (const other of [
    'query Shop { shop { name } }',
    'query Other { shop { name currency } }',
    'query Shop { shop { name currency } orders }',
    'query Shop { shop { name currency } x: __typename }',
    'query Shop { shop { a: name currency } }',
    'query Shop { shop { name currency } } query Two { orders }',
    'query Shop { shop @include(if: true) { name currency } }',
  ]) {
    expect([other, operations.has(parse(other))]).toEqual([other, false]);
  }
});

test('what the dashboard and the bot ship with is found, as Apollo Client sends it too', async () => {
  const root = resolve(import.meta.dirname, '../..');
  const documents = await loadOperations([
    `${root}/web/src/generated/graphql.ts`,
    `${root}/bot/src/generated/graphql.ts`,
  ]);
  expect(documents.length).toBeGreaterThan(10);
  const operations = createListedOperations(documents);
  for (const document of documents) {
    const withTypenames = visit(document, {
      SelectionSet: {
        leave: (node, _key, parent) =>
          parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
            ? undefined
            : {
                ...node,
                selections: [...node.selections, { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
              },
      },
    });
    expect([print(document).slice(0, 60), operations.has(parse(print(withTypenames)))]).toEqual([
      print(document).slice(0, 60),
      true,
    ]);
  }
});

const adHoc = '{ orders }';
const shop = 'query Shop { shop { name currency } }';
const events = 'mutation { trackEvents { __typename } }';

test('scoped: what is not listed needs operations:any', async () => {
  await using graph = await openSmallGraph({ gateway: { operations: { mode: 'scoped', listed } } });
  const viewer = await graph.token('VIEWER');
  expect((await ask(graph.gateway.url, shop, { token: viewer })).data).toEqual({
    shop: { name: 'Shop', currency: 'EUR' },
  });
  const refused = await ask(graph.gateway.url, adHoc, { token: viewer });
  expect([refused.status, refused.codes]).toEqual([403, ['OPERATION_NOT_LISTED']]);
  expect((await ask(graph.gateway.url, '{ __schema { types { name } } }', { token: viewer })).codes).toEqual([
    'OPERATION_NOT_LISTED',
  ]);
  expect((await ask(graph.gateway.url, adHoc, { token: await graph.token('ANALYST') })).data).toEqual({ orders: 7 });
  // Not in this small graph, so validation answers: the list does not stand in the way of sending events.
  expect((await ask(graph.gateway.url, events, { token: viewer })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test('listed: nobody runs anything else', async () => {
  await using graph = await openSmallGraph({ gateway: { operations: { mode: 'listed', listed } } });
  const admin = await graph.token('ADMIN');
  expect((await ask(graph.gateway.url, shop, { token: admin })).errors).toBeUndefined();
  expect((await ask(graph.gateway.url, adHoc, { token: admin })).codes).toEqual(['OPERATION_NOT_LISTED']);
  expect(graph.subgraphs.analytics.calls).toHaveLength(1);
});

test('log only: everything runs, and what would be refused is counted', async () => {
  await using graph = await openSmallGraph({ gateway: { operations: { mode: 'listed', listed, logOnly: true } } });
  expect((await ask(graph.gateway.url, adHoc, { token: await graph.token('VIEWER') })).data).toEqual({ orders: 7 });
  const figures = await (await fetch(`${graph.gateway.url}/metrics`)).text();
  expect(figures).toMatch(/cda_unlisted_operations_total\{outcome="logged"\} 1/);
});
