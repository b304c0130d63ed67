import { buildSubgraphSchema } from '@apollo/subgraph';
import { enforceAccess } from '@cda/platform/auth/access-directives.ts';
import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';

let ran: string[] = [];
const note = (name: string, value: unknown) => () => {
  ran.push(name);
  return value;
};
const person = { __typename: 'Person', id: '1', name: 'Ann', email: 'ann@shop.example' };

const schema = enforceAccess<{ identity?: { subject: string; scopes: string[]; locale: 'EN' } }>(
  buildSubgraphSchema([
    {
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
          import: ["@key", "@requiresScopes", "@authenticated"])
        type Query {
          open: String
          me: String @authenticated
          both: String @requiresScopes(scopes: [["a", "b"]])
          either: String @requiresScopes(scopes: [["a"], ["b"]])
          thing: Thing @authenticated
          person: Person @authenticated
        }
        type Mutation { change: String @requiresScopes(scopes: [["a"]]) }
        interface Thing { id: ID! }
        type Person implements Thing @key(fields: "id") @requiresScopes(scopes: [["people"]]) {
          id: ID!
          name: String
          email: String @requiresScopes(scopes: [["personal"]])
        }
        extend type Person { phone: String }
      `),
      resolvers: {
        Query: {
          open: note('open', 'x'),
          me: note('me', 'x'),
          both: note('both', 'x'),
          either: note('either', 'x'),
          thing: note('thing', person),
          person: note('person', person),
        },
        Mutation: { change: note('change', 'x') },
        Thing: { __resolveType: () => 'Person' },
        Person: { __resolveReference: () => person, phone: note('phone', '1'), email: note('email', person.email) },
      },
    },
  ]),
  (context) => context.identity,
);

async function run(query: string, scopes?: string[]) {
  ran = [];
  const contextValue = scopes ? { identity: { subject: 'account:1', scopes, locale: 'EN' } } : {};
  const { data, errors } = await execute({ schema, document: parse(query), contextValue });
  return {
    data: data && JSON.parse(JSON.stringify(data)),
    codes: (errors ?? []).map((error) => error.extensions['code']),
    ran,
  };
}

test('a caller who is not known gets no root field, with a rule or without, and no resolver runs', async () => {
  for (const field of ['open', 'me', 'both', '_service { sdl }', '_entities(representations: []) { __typename }']) {
    const answer = await run(`{ ${field} }`);
    expect([field, answer.codes, answer.ran]).toEqual([field, ['UNAUTHENTICATED'], []]);
  }
  expect(await run('mutation { change }')).toMatchObject({ codes: ['UNAUTHENTICATED'], ran: [] });
});

test('being known is enough for @authenticated, and for a root field that names nothing', async () => {
  expect(await run('{ open me }', [])).toMatchObject({ data: { open: 'x', me: 'x' }, codes: [] });
});

test('a list of scopes must be there in full, of several lists one', async () => {
  expect((await run('{ both }', ['a'])).codes).toEqual(['FORBIDDEN']);
  expect((await run('{ both }', ['a', 'b'])).codes).toEqual([]);
  expect((await run('{ either }', ['b'])).codes).toEqual([]);
  expect((await run('{ either }', ['c', 'A', 'a '])).codes).toEqual(['FORBIDDEN']);
  expect(await run('mutation { change }', ['b'])).toMatchObject({ codes: ['FORBIDDEN'], ran: [] });
});

test.each([
  ['a field', '{ person { name phone } }'],
  ['an interface', '{ thing { id ... on Person { name phone } } }'],
  ['_entities', '{ _entities(representations: [{ __typename: "Person", id: "1" }]) { ... on Person { name phone } } }'],
])('a type with a rule is guarded when it is reached by %s, extensions included', async (_name, query) => {
  const refused = await run(query, []);
  expect(refused.codes.length).toBeGreaterThan(0);
  expect(refused.codes.every((code) => code === 'FORBIDDEN')).toBe(true);
  expect(refused.ran).not.toContain('phone');
  expect(JSON.stringify(refused.data)).not.toContain('Ann');
  expect((await run(query, ['people'])).codes).toEqual([]);
});

test('a field needs its own scopes and those of its type', async () => {
  expect((await run('{ person { email } }', ['personal'])).codes).toEqual(['FORBIDDEN']);
  expect((await run('{ person { email } }', ['people'])).codes).toEqual(['FORBIDDEN']);
  expect((await run('{ person { email } }', ['people', 'personal'])).data).toEqual({ person: { email: person.email } });
});
