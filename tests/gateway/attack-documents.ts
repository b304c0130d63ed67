const nest = (depth: number, inner = 'id'): string =>
  depth === 0 ? inner : `friends(first: 1) { edges { node { ${nest(depth - 1, inner)} } } }`;
const many = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ');

/** Documents that ask for too much or make no sense, with the code that they are refused with; they are for the small graph. */
export const attackDocuments: Readonly<Record<string, readonly [document: string, code: string]>> = {
  'nested 50 levels': [`{ customer(id: "1") { ${nest(17)} } }`, 'OPERATION_TOO_LARGE'],
  'nested by fragments': [
    `{ customer(id: "1") { ...F0 } } ${many(30, (i) => `fragment F${i} on Customer { friends(first: 1) { edges { node { ${i < 29 ? `...F${i + 1}` : 'id'} } } } }`)}`,
    'OPERATION_TOO_LARGE',
  ],
  'three pages of a hundred': [
    '{ customers(first: 100) { edges { node { friends(first: 100) { edges { node { friends(first: 100) { edges { node { id } } } } } } } } } }',
    'OPERATION_TOO_LARGE',
  ],
  'a thousand aliases': [`{ ${many(1_000, (i) => `a${i}: orders`)} }`, 'OPERATION_TOO_LARGE'],
  'a thousand aliases of __typename': [`{ ${many(1_000, (i) => `a${i}: __typename`)} }`, 'OPERATION_TOO_LARGE'],
  'ten thousand directives': [`{ orders ${many(10_000, () => '@skip(if: false)')} }`, 'OPERATION_TOO_LARGE'],
  'a hundred directives': [`{ orders ${many(100, () => '@skip(if: false)')} }`, 'OPERATION_TOO_LARGE'],
  'a hundred thousand tokens': [`{ ${'orders '.repeat(100_000)} }`, 'OPERATION_TOO_LARGE'],
  'three thousand repeated fields': [`{ ${'orders '.repeat(3_000)} }`, 'OPERATION_TOO_LARGE'],
  'fragments that unfold to 2^40 fields': [
    `{ shop { ...F0 } } ${many(40, (i) => `fragment F${i} on Shop { ${i < 39 ? `...F${i + 1} ...F${i + 1}` : 'name'} }`)}`,
    'OPERATION_TOO_LARGE',
  ],
  'fragments in a circle': [
    '{ customer(id: "1") { ...A } } fragment A on Customer { ...B } fragment B on Customer { ...A }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  'a fragment in itself': ['{ shop { ...A } } fragment A on Shop { ...A ...A }', 'GRAPHQL_VALIDATION_FAILED'],
  'a fragment that is not there': ['{ shop { ...A } }', 'GRAPHQL_VALIDATION_FAILED'],
  'fragments that nobody uses': [
    `{ orders } ${many(50, (i) => `fragment F${i} on Shop { name }`)}`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  'a list nested 5,000 deep': [
    `{ customer(id: ${'['.repeat(5_000)}${']'.repeat(5_000)}) { id } }`,
    'OPERATION_TOO_LARGE',
  ],
  'an object nested 5,000 deep': [
    `{ customer(id: ${'{a:'.repeat(5_000)}1${'}'.repeat(5_000)}) { id } }`,
    'OPERATION_TOO_LARGE',
  ],
  'brackets that never close': ['{'.repeat(100_000), 'OPERATION_TOO_LARGE'],
  'a list of fifty thousand': [`{ customer(id: [${'1,'.repeat(50_000)}]) { id } }`, 'OPERATION_TOO_LARGE'],
  'a hundred operations': [many(100, (i) => `query Q${i} { orders }`), 'OPERATION_TOO_LARGE'],
  'fifty root fields': [
    `{ ${many(50, (i) => (i < 1 ? 'orders' : `...on Query { f${i}: orders }`))} }`,
    'OPERATION_TOO_LARGE',
  ],
  'an introspection bomb': [
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  'a wide introspection bomb': [`{ ${many(90, (i) => `s${i}: __schema { types { name } }`)} }`, 'OPERATION_TOO_LARGE'],
  'a subscription': ['subscription { orders }', 'BAD_REQUEST'],
  'type definitions': ['type Query { orders: Int }', 'GRAPHQL_VALIDATION_FAILED'],
  'a string that never closes': [`{ customer(id: "${'x'.repeat(10_000)}`, 'GRAPHQL_PARSE_FAILED'],
  'NUL and lone surrogates': ['{ \u0000 \ud800 }', 'GRAPHQL_PARSE_FAILED'],
  nothing: [' ', 'GRAPHQL_PARSE_FAILED'],
};
