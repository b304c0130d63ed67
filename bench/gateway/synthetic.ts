import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';

interface Part {
  sdl: string;
  resolvers: object;
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`;
const text = (id: string, part: string) => `${part} of ${id}, as long as such texts are in a shop`;
const ids = (id: string, count: number) => Array.from({ length: count }, (_, i) => `${id}.${i}`);

/**
 * Four subgraphs without a database, whose own work is next to nothing, so that what is measured is the gateway: a customer whose
 * parts come from all of them.
 */
export const syntheticParts: Record<SubgraphName, Part> = {
  users: {
    sdl: `${link}
      type Query { customer(id: ID!): Customer customers(id: ID!, first: Int = 10): [Customer!] }
      type Customer @key(fields: "id") { id: ID! name: String! country: String city: String orders: Int! segment: Segment }
      type Segment { name: String! reason: String! }`,
    resolvers: {
      Query: {
        customer: (_: unknown, { id }: { id: string }) => ({ id }),
        customers: (_: unknown, { id, first }: { id: string; first: number }) =>
          ids(id, first).map((key) => ({ id: key })),
      },
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Customer ${id}`,
        country: () => 'DE',
        city: () => 'Berlin',
        orders: () => 7,
        segment: ({ id }: { id: string }) => ({ name: 'Loyal', reason: text(id, 'Reason') }),
      },
    },
  },
  recommendations: {
    sdl: `${link}
      type Query { hint: String @shareable }
      type Customer @key(fields: "id") { id: ID! picks(first: Int = 5): [Pick!]! }
      type Pick { rank: Int! score: Float! product: Product! }
      type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        picks: ({ id }: { id: string }, { first }: { first: number }) =>
          ids(id, first).map((key, rank) => ({ rank, score: 1 / (rank + 1), product: { id: key } })),
      },
    },
  },
  products: {
    sdl: `${link}
      type Query { product(id: ID!): Product }
      type Product @key(fields: "id") { id: ID! name: String! brand: String price: Price }
      type Price { amountMinor: Int! currency: String! }`,
    resolvers: {
      Query: { product: (_: unknown, { id }: { id: string }) => ({ id }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => text(id, 'Name'),
        brand: () => 'Brand',
        price: () => ({ amountMinor: 1_250, currency: 'EUR' }),
      },
    },
  },
  analytics: {
    sdl: `${link}
      type Query { shop(id: ID!): Shop }
      type Shop { name: String! currency: String! }
      type Customer @key(fields: "id") { id: ID! visits: Int lastSeen: String activity: [Day!] }
      type Day { date: String! visits: Int! }`,
    resolvers: {
      Query: { shop: (_: unknown, { id }: { id: string }) => ({ name: `Shop ${id}`, currency: 'EUR' }) },
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        visits: () => 12,
        lastSeen: () => '2026-03-01',
        activity: () => [1, 2, 3, 4, 5].map((day) => ({ date: `2026-03-0${day}`, visits: day })),
      },
    },
  },
};

const customer = `id name country city orders segment { name reason } visits lastSeen activity { date visits }
  picks(first: 5) { rank score product { name brand price { amountMinor currency } } }`;

/** What is asked: one fetch and 80 bytes; four fetches and 1.5 KB; some sixteen fetches and 90 KB. */
export const syntheticQueries = {
  light: 'query Light($id: ID!) { shop(id: $id) { name currency } }',
  medium: `query Medium($id: ID!) { customer(id: $id) { ${customer} } }`,
  heavy: `query Heavy($id: ID!) { shop(id: $id) { name }
    ${['a', 'b', 'c', 'd'].map((alias) => `${alias}: customers(id: $id, first: 16) { ${customer} }`).join(' ')} }`,
} as const;

export type SyntheticQuery = keyof typeof syntheticQueries;
