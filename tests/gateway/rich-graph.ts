import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import { GraphQLError } from 'graphql';
import { type GraphPart, links } from './small-graph.ts';

/** A number that belongs to a text, the same each time. */
function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0;
  return value;
}

/** A value that is sometimes null and sometimes an error, always the same for the same place. */
function shaky<Value>(place: string, value: Value): Value | null {
  const roll = hash(place) % 13;
  if (roll === 0) return null;
  if (roll === 1) throw new GraphQLError(`No ${place}.`, { extensions: { code: 'NOT_FOUND' } });
  return value;
}

type Ref = { id: string };
const item = (id: string) => ({ __typename: hash(id) % 2 === 0 ? 'Book' : 'Film', id });
const person = (id: string) => ({ __typename: 'Person', id });
const several = (place: string, most: number): string[] =>
  Array.from({ length: hash(place) % (most + 1) }, (_, i) => `${place}.${i}`.slice(-24));

/**
 * Four subgraphs that hold what is hard about running query plans: entities that cross all of them, interfaces and unions, lists of
 * lists, fields that require others, nulls and errors where null is allowed and where it is not.
 */
export const richParts: Record<SubgraphName, GraphPart> = {
  users: {
    sdl: `${links}
      type Query @shareable {
        person(id: ID! = "p"): Person @authenticated
        people(first: Int = 3): [Person!] @authenticated
        maybePeople: [Person] @authenticated
        strictPerson(id: ID!): Person! @authenticated
        search(text: String = "t"): [Found!] @authenticated
        node(id: ID!): Node @authenticated
      }
      type Mutation { rename(id: ID!, name: String!): Person @authenticated  both(id: ID!): Person @authenticated }
      interface Node { id: ID! }
      union Found = Person | Book | Film
      type Person implements Node @key(fields: "id") {
        id: ID!
        name: String
        age: Int!
        tags: [String!]
        grid: [[Int]]
        strictGrid: [[Int!]!]
        friends(first: Int = 2): [Person!]!
        best: Person
        home: Address
      }
      type Address { street: String city: City! }
      type City { name: String! }
      type Book implements Node @key(fields: "id", resolvable: false) { id: ID! }
      type Film implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        person: (_: unknown, { id }: Ref) => person(id),
        people: (_: unknown, { first }: { first: number }) => Array.from({ length: first }, (_x, i) => person(`p${i}`)),
        maybePeople: () => [person('m0'), null, person('m2')],
        strictPerson: (_: unknown, { id }: Ref) => shaky(`strict${id}`, person(id)),
        search: (_: unknown, { text }: { text: string }) =>
          several(`s${text}`, 5).map((id, i) => (i % 2 === 0 ? person(id) : item(id))),
        node: (_: unknown, { id }: Ref) => (hash(id) % 3 === 0 ? person(id) : item(id)),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: Ref & { name: string }) => ({ ...person(id), name }),
        both: (_: unknown, { id }: Ref) => person(id),
      },
      Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Found: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Person: {
        __resolveReference: ({ id }: Ref) => (hash(`r${id}`) % 9 === 0 ? null : person(id)),
        name: ({ id, name }: Ref & { name?: string }) => name ?? shaky(`name${id}`, `Name ${id}`),
        age: ({ id }: Ref) => shaky(`age${id}`, hash(id) % 90),
        tags: ({ id }: Ref) => several(`tag${id}`, 3).map((tag) => shaky(tag, tag)),
        grid: ({ id }: Ref) => shaky(`grid${id}`, [[1, null], null, [hash(id) % 5]]),
        strictGrid: ({ id }: Ref) => [[1], [shaky(`cell${id}`, 2)]],
        friends: ({ id }: Ref, { first }: { first: number }) => several(`f${id}`, first).map(person),
        best: ({ id }: Ref) => shaky(`best${id}`, person(`b${id}`.slice(-24))),
        home: ({ id }: Ref) => shaky(`home${id}`, { street: `Street ${id}`, id }),
      },
      Address: { city: ({ id }: Ref) => shaky(`city${id}`, { name: 'City' }) },
    },
  },
  products: {
    sdl: `${links}
      type Query @shareable { item(id: ID! = "i"): Item @authenticated books(first: Int = 2): [Book!] @authenticated }
      interface Item { id: ID! title: String price: Float! }
      interface Node { id: ID! }
      type Book implements Item & Node @key(fields: "id") { id: ID! title: String price: Float! pages: Int author: Person }
      type Film implements Item & Node @key(fields: "id") { id: ID! title: String price: Float! minutes: Int! cast: [Person] }
      type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        item: (_: unknown, { id }: Ref) => item(id),
        books: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_x, i) => ({ __typename: 'Book', id: `book${i}` })),
      },
      Item: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      ...Object.fromEntries(
        ['Book', 'Film'].map((name) => [
          name,
          {
            __resolveReference: ({ id }: Ref) => (hash(`x${id}`) % 10 === 0 ? null : { __typename: name, id }),
            title: ({ id }: Ref) => shaky(`title${id}`, `Title ${id}`),
            price: ({ id }: Ref) => shaky(`price${id}`, (hash(id) % 1000) / 8),
            ...(name === 'Book'
              ? {
                  pages: ({ id }: Ref) => hash(id) % 700,
                  author: ({ id }: Ref) => shaky(`author${id}`, person(`a${id}`.slice(-24))),
                }
              : {
                  minutes: ({ id }: Ref) => shaky(`minutes${id}`, 90),
                  cast: ({ id }: Ref) => several(`cast${id}`, 2).map(person),
                }),
          },
        ]),
      ),
    },
  },
  recommendations: {
    sdl: `${links.replace('"@key"', '"@key", "@external", "@requires"')}
      type Query @shareable { hint: String @authenticated }
      type Person @key(fields: "id") {
        id: ID!
        age: Int! @external
        ageBand: String @requires(fields: "age")
        picks(first: Int = 2): [Pick!]!
      }
      type Pick { rank: Int! item: Item weight: Float }
      union Item = Book | Film
      type Book @key(fields: "id", resolvable: false) { id: ID! }
      type Film @key(fields: "id", resolvable: false) { id: ID! }`.replaceAll('Item', 'Offer'),
    resolvers: {
      Query: { hint: () => 'hint' },
      Offer: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Person: {
        __resolveReference: (reference: Ref & { age?: number }) => ({ __typename: 'Person', ...reference }),
        ageBand: ({ age }: { age?: number }) => (age === undefined ? null : age > 40 ? 'OLD' : 'YOUNG'),
        picks: ({ id }: Ref, { first }: { first: number }) =>
          several(`pick${id}`, first).map((key, rank) => ({ key, rank })),
      },
      Pick: {
        offer: ({ key }: { key: string }) => shaky(`offer${key}`, item(key)),
        weight: ({ key }: { key: string }) => shaky(`weight${key}`, 0.5),
      },
    },
  },
  analytics: {
    sdl: `${links}
      type Query @shareable { visits(day: String = "d"): Int @authenticated }
      type Person @key(fields: "id") { id: ID! visits: Int mood: Mood last: Visit }
      type Book @key(fields: "id") { id: ID! views: Int! }
      type Visit { at: String! pages: [String!] }
      enum Mood { GLAD SAD }`,
    resolvers: {
      Query: { visits: (_: unknown, { day }: { day: string }) => hash(day) % 100 },
      Person: {
        __resolveReference: ({ id }: Ref) => (hash(`v${id}`) % 8 === 0 ? null : person(id)),
        visits: ({ id }: Ref) => shaky(`visits${id}`, 3),
        mood: ({ id }: Ref) => (hash(id) % 2 === 0 ? 'GLAD' : 'SAD'),
        last: ({ id }: Ref) => shaky(`last${id}`, { id }),
      },
      Visit: { at: ({ id }: Ref) => shaky(`at${id}`, '2026'), pages: ({ id }: Ref) => several(`pg${id}`, 2) },
      Book: {
        __resolveReference: ({ id }: Ref) => ({ __typename: 'Book', id }),
        views: ({ id }: Ref) => shaky(`views${id}`, 5),
      },
    },
  },
};
