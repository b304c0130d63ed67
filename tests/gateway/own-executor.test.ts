import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask } from '../graph/ask.ts';
import { createRandomQueries } from '../graph/random-queries.ts';
import { richParts } from './rich-graph.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

const unlimited = { rate: { burst: 1e7, perSecond: 1e7 }, limits: { cost: 1e9, fields: 1e6, aliases: 1e6, depth: 40 } };
let own: SmallGraph;
let stock: SmallGraph;
let schema: GraphQLSchema;
const tokens = new Map<SmallGraph, string>();

beforeAll(async () => {
  [own, stock] = await Promise.all([
    openSmallGraph({ parts: richParts, gateway: { ...unlimited, executor: 'own' } }),
    openSmallGraph({ parts: richParts, gateway: { ...unlimited, executor: 'stock' } }),
  ]);
  for (const graph of [own, stock]) tokens.set(graph, await graph.token('ADMIN'));
  const answer = await to(stock, getIntrospectionQuery());
  schema = buildClientSchema(answer.data as unknown as IntrospectionQuery);
});
afterAll(() => Promise.all([own[Symbol.asyncDispose](), stock[Symbol.asyncDispose]()]));

const to = (graph: SmallGraph, query: string, variables?: Record<string, unknown>) =>
  ask(graph.gateway.url, query, { token: tokens.get(graph) as string, ...(variables ? { variables } : {}) });

/** Operations that an executor has run, by the gateway's own count. */
async function operationsOf(executor: 'own' | 'stock'): Promise<number> {
  const text = await (await fetch(`${own.gateway.url}/metrics`)).text();
  return Number(new RegExp(`cda_operations_total\\{executor="${executor}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/**
 * An answer with its errors in an order that does not depend on which fetch came first. `anyElement` leaves open which element of a
 * list a path names: where a list holds other types as well, stock counts only those that it asked about, and names a wrong one.
 */
function comparable({ status, data, errors }: Answer, anyElement: boolean) {
  const told = (errors ?? []).map(({ message, path, extensions }) =>
    JSON.stringify([
      anyElement ? (path?.map((part) => (typeof part === 'number' ? '#' : part)) ?? null) : (path ?? null),
      extensions?.['code'],
      message,
    ]),
  );
  return { status, data: data === undefined ? 'none' : JSON.stringify(data), errors: told.sort() };
}

async function expectEqual(query: string, variables?: Record<string, unknown>, anyElement = false): Promise<Answer> {
  const oracle = await to(stock, query, variables);
  const learning = await to(own, query, variables);
  const mine = await to(own, query, variables);
  const expected = [query, comparable(oracle, anyElement)];
  expect([query, comparable(learning, anyElement)]).toEqual(expected);
  expect([query, comparable(mine, anyElement)]).toEqual(expected);
  return oracle;
}

describe('the own executor answers as stock does', () => {
  test.each([
    [
      'entities through all subgraphs',
      '{ people { id name visits picks { rank offer { ... on Book { title author { name } } ... on Film { minutes } } } } }',
    ],
    ['a field that requires one of another subgraph', '{ people(first: 6) { ageBand } }'],
    ['a list with holes', '{ maybePeople { id name mood } }'],
    ['lists of lists', '{ people(first: 8) { grid } }'],
    ['lists of lists without nulls', '{ people(first: 8) { id strictGrid } }'],
    ['null where null is not allowed, in a list', '{ people(first: 12) { id age } }'],
    ['null where null is not allowed, below an object', '{ people(first: 12) { home { street city { name } } } }'],
    [
      'null where null is not allowed, at the root',
      '{ a: strictPerson(id: "q0") { id } b: strictPerson(id: "q1") { id } hint }',
    ],
    ['a union', '{ search { __typename ... on Person { name } ... on Book { pages } ... on Film { title } } }'],
    ['an interface of one subgraph', '{ item(id: "z1") { id title price ... on Book { pages views } } }'],
    [
      'an interface of two',
      '{ a: node(id: "n1") { id ... on Person { name } ... on Film { title } } b: node(id: "n2") { __typename id } }',
    ],
    [
      'aliases of one field with other arguments',
      '{ people(first: 2) { a: friends(first: 1) { id } b: friends(first: 3) { id name } } }',
    ],
    ['an alias that takes the name of another field', '{ people(first: 2) { name: id id: name } }'],
    [
      'a field selected twice, its parts put together',
      '{ people(first: 2) { best { id } best { name } ... { best { age } } } }',
    ],
    [
      'fragments in fragments',
      '{ people(first: 2) { ...A } } fragment A on Person { ...B id } fragment B on Person { name best { ...C } } fragment C on Person { mood }',
    ],
    [
      'an aliased __typename',
      '{ x: __typename people(first: 1) { t: __typename best { u: __typename } } search { k: __typename } }',
    ],
    ['a type name alone', '{ __typename }'],
    ['a mutation', 'mutation { rename(id: "p1", name: "New") { id name visits } }'],
    [
      'mutations one after the other',
      'mutation { a: rename(id: "p1", name: "x") { name } b: both(id: "p2") { name mood } c: rename(id: "p3", name: "y") { picks { rank } } }',
    ],
    ['introspection beside fields', '{ __type(name: "Person") { name } hint }'],
    ['a name with two underscores', '{ __x: hint }'],
    ['nothing found', '{ person(id: "") { id best { best { best { best { name } } } } } }'],
  ])('%s', async (_name, query) => {
    await expectEqual(query);
  });

  test.each([true, false])('@skip and @include by variable: %s', async (yes) => {
    const query = `query ($yes: Boolean!, $no: Boolean = false, $n: Int = 4) {
      people(first: $n) { id name @include(if: $yes) ... @skip(if: $yes) { visits } ...F @include(if: $no) best @skip(if: $no) { id } }
      hint @skip(if: $yes)
    } fragment F on Person { mood }`;
    await expectEqual(query, { yes });
    await expectEqual(query, { yes, no: true, n: 2 });
    await expectEqual(query, { yes, no: !yes });
  });

  test('an error in a list of several types names the element that it belongs to', async () => {
    let seen = 0;
    for (let i = 0; i < 60; i++) {
      const query = `{ search(text: "t${i}") { __typename ... on Book { title } ... on Film { title } } }`;
      await to(own, query);
      const { data, errors } = await to(own, query);
      const found = (data as { search: { __typename: string; title?: null }[] | null }).search ?? [];
      for (const { path } of errors ?? []) {
        expect(found[Number(path?.[1])]).toMatchObject({ __typename: expect.stringMatching(/Book|Film/), title: null });
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(3);
  });

  test('a subgraph that fails in the middle', async () => {
    const query = '{ people(first: 3) { id visits name picks { offer { ... on Book { views title } } } } visits }';
    for (const [own_, stock_] of [[own, stock]] as const) {
      for (const name of ['analytics', 'products', 'recommendations', 'users'] as const) {
        for (const graph of [own_, stock_]) graph.subgraphs[name].instead = () => Promise.reject(new Error('down'));
        await expectEqual(query);
        for (const graph of [own_, stock_]) graph.subgraphs[name].instead = undefined;
      }
    }
  });

  test('a thousand random queries, errors and nulls included', async () => {
    const next = createRandomQueries(schema, 11, {
      values: { id: ['"p0"', '"q7"', '"z3"', '"n5"'], text: ['"a"', '"b"', '"c"'], day: ['"d"'] },
      pageMost: 4,
      depth: 6,
    });
    let withErrors = 0;
    const ranBefore = await operationsOf('own');
    for (let i = 0; i < 1_000; i++) {
      const query = next();
      expect([query, validate(schema, parse(query)).map((error) => error.message)]).toEqual([query, []]);
      const { errors } = await expectEqual(query, undefined, true);
      if (errors) withErrors++;
    }
    // Enough of them go wrong somewhere for that to be tried.
    expect(withErrors).toBeGreaterThan(100);
    expect((await operationsOf('own')) - ranBefore).toBeGreaterThan(950);
  }, 240_000);
});
