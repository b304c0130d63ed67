import { buildASTSchema, getIntrospectionQuery, Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSchemaHints } from '../../gateway/src/graph/schema-hints.ts';
import { createConcurrency } from '../../gateway/src/guards/concurrency.ts';
import { costOf } from '../../gateway/src/guards/cost.ts';
import { nestsDeeperThan } from '../../gateway/src/guards/nesting.ts';
import { createRateLimit } from '../../gateway/src/guards/rate-limit.ts';
import { ask } from '../graph/ask.ts';
import { attackDocuments } from './attack-documents.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

describe('nesting', () => {
  test('counts brackets of every kind, and no deeper ones', () => {
    expect(nestsDeeperThan('{a(b:[{c:1}])}', 4, true)).toBe(false);
    expect(nestsDeeperThan('{a(b:[{c:1}])}', 3, true)).toBe(true);
    expect(nestsDeeperThan('{}{}{}{}', 1, true)).toBe(false);
  });

  test('does not count what stands in strings, block strings and comments', () => {
    expect(nestsDeeperThan('{ a(b: "{{{{\\"{{{{") }', 2, true)).toBe(false);
    expect(nestsDeeperThan('{ a(b: """{{{{ \\""" " {{{{""") }', 2, true)).toBe(false);
    expect(nestsDeeperThan('# {{{{{{\n{ a }', 1, true)).toBe(false);
    expect(nestsDeeperThan('{"a": "[[[[\\\\"}', 1, false)).toBe(false);
    expect(nestsDeeperThan('["#", [[[["', 3, false)).toBe(true);
  });

  test('a string that does not close cannot hide what a parser would read after it', () => {
    // A line break ends a plain string for the parser too: it fails there, and reads no further.
    expect(nestsDeeperThan(`"\n${'['.repeat(50)}`, 10, true)).toBe(true);
  });
});

describe('cost', () => {
  const sdl = parse(`
    directive @cost(weight: Int!) on FIELD_DEFINITION | OBJECT | SCALAR
    directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
    type Query { customers(first: Int = 20): Connection customer: Customer segments: [Customer!] picks(first: Int): [Customer]
      heavy: Customer @cost(weight: 200)
      digest: Digest
      page(size: Int = 5, most: Int): Connection @listSize(slicingArguments: ["size", "most"], sizedFields: ["edges"])
      all: [Customer!] @listSize(assumedSize: 500)
    }
    type Customer { id: ID friends(first: Int = 10): Connection tags: [String!] segments: [Customer!] weeks(weeks: Int = 26): [Week!] }
    type Week { units: Int }
    type Connection { edges: [Edge!]! pageInfo: PageInfo! }
    type Edge { node: Customer! }
    type PageInfo { endCursor: String }
    scalar Digest @cost(weight: 7)
  `);
  const schema = buildASTSchema(sdl);
  const cost = (text: string, variables = {}): number => {
    const document = parse(text);
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    const fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
    );
    return costOf(schema, readSchemaHints(sdl, schema), operation as never, fragments as never, variables);
  };

  test('an object is one, a scalar nothing', () => {
    expect(cost('{ customer { id tags } }')).toBe(1);
    expect(cost('{ __typename }')).toBe(0);
  });

  test('what the SDL says of a cost counts in place of the usual one', () => {
    expect(cost('{ heavy { id } }')).toBe(200);
    expect(cost('{ digest }')).toBe(7);
  });

  test('what the SDL says of the length of a list counts: the largest of its arguments, for the lists that it names', () => {
    expect(cost('{ page { edges { node { id } } } }')).toBe(1 + 5 * 2);
    expect(cost('query ($most: Int) { page(size: 2, most: $most) { edges { node { id } } } }', { most: 50 })).toBe(
      1 + 50 * 2,
    );
    expect(cost('{ all { id } }')).toBe(500);
    // The page's size is not meant for the lists further down.
    expect(cost('{ page(size: 3) { edges { node { segments { id } } } } }')).toBe(1 + 3 * (1 + 1 + 10));
  });

  test('a page multiplies what is below its edges, by the size asked for or by the default', () => {
    // connection + edges × (edge + node) + page info
    expect(cost('{ customers(first: 100) { edges { node { id } } pageInfo { endCursor } } }')).toBe(1 + 100 * 2 + 1);
    expect(cost('{ customers { edges { node { id } } } }')).toBe(1 + 20 * 2);
    expect(cost('query ($n: Int) { customers(first: $n) { edges { node { id } } } }', { n: 7 })).toBe(1 + 7 * 2);
    expect(cost('query ($n: Int) { customers(first: $n) { edges { node { id } } } }')).toBe(1 + 20 * 2);
  });

  test('pages in pages multiply', () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'id' : `friends(first: 100) { edges { node { ${nested(depth - 1)} } } }`;
    expect(cost(`{ customer { ${nested(3)} } }`)).toBeGreaterThan(1_000_000);
  });

  test('a list without a size counts as ten, one with a size by it', () => {
    expect(cost('{ segments { id } }')).toBe(10);
    expect(cost('{ picks(first: 3) { id } }')).toBe(3);
    expect(cost('{ customer { weeks(weeks: 52) { units } } }')).toBe(53);
  });

  test('fragments count at each use, by the page that they stand in', () => {
    const text =
      '{ a: segments { ...F } b: customer { ...F } } fragment F on Customer { friends(first: 5) { edges { node { id } } } }';
    expect(cost(text)).toBe(10 * (1 + 11) + (1 + 11));
    const edges = '{ customers(first: 4) { ...E } } fragment E on Connection { edges { node { id } } }';
    expect(cost(edges)).toBe(1 + 4 * 2);
  });

  test('a size that is no sensible number cannot make an operation cheap', () => {
    for (const first of ['0', '-1000', '-2147483648']) {
      expect(cost(`{ customers(first: ${first}) { edges { node { id } } } }`)).toBeGreaterThan(0);
    }
  });
});

describe('rate', () => {
  test('lets a burst pass, then as many as the rate says, for each caller by itself', () => {
    let now = 0;
    const limit = createRateLimit({ burst: 3, perSecond: 2 }, () => now);
    expect([1, 2, 3, 4].map(() => limit('a'))).toEqual([0, 0, 0, 1]);
    expect(limit('b')).toBe(0);
    now = 500;
    expect([limit('a'), limit('a')]).toEqual([0, 1]);
    now = 60_000;
    expect([1, 2, 3, 4].map(() => limit('a'))).toEqual([0, 0, 0, 1]);
  });
});

describe('concurrency', () => {
  test('runs as many as allowed, keeps the rest waiting in order, and refuses past the queue', async () => {
    const concurrency = createConcurrency(2, 1);
    const order: string[] = [];
    const gates = new Map<string, () => void>();
    const work = (name: string) =>
      concurrency.run(async () => {
        order.push(name);
        await new Promise<void>((resolve) => gates.set(name, resolve));
        return name;
      });
    const [a, b, c] = [work('a'), work('b'), work('c')];
    expect(await work('d')).toBeUndefined();
    expect([order, concurrency.running, concurrency.waiting]).toEqual([['a', 'b'], 2, 1]);
    gates.get('a')?.();
    expect(await a).toBe('a');
    await Promise.resolve();
    expect([order, concurrency.running, concurrency.waiting]).toEqual([['a', 'b', 'c'], 2, 0]);
    gates.get('b')?.();
    gates.get('c')?.();
    expect(await Promise.all([b, c])).toEqual(['b', 'c']);
    expect(concurrency.running).toBe(0);
  });

  test('gives its place back where the work fails', async () => {
    const concurrency = createConcurrency(1, 0);
    await expect(concurrency.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await concurrency.run(async () => 1)).toBe(1);
  });
});

describe('attack documents', () => {
  let graph: SmallGraph;
  let token: string;
  beforeAll(async () => {
    graph = await openSmallGraph();
    token = await graph.token('ADMIN');
  });
  afterAll(() => graph[Symbol.asyncDispose]());

  test.each(Object.entries(attackDocuments))(
    '%s: refused without a call of a subgraph',
    async (_name, [document, code]) => {
      for (const subgraph of Object.values(graph.subgraphs)) subgraph.calls.length = 0;
      const answer = await ask(graph.gateway.url, document, { token });
      expect(answer.codes[0]).toBe(code);
      expect(answer.data).toBeUndefined();
      expect(JSON.stringify(answer.errors).length).toBeLessThan(10_000);
      expect(Object.values(graph.subgraphs).flatMap(({ calls }) => calls)).toEqual([]);
    },
  );

  test.each(Object.entries(attackDocuments))(
    '%s, from somebody unknown: refused before it is read',
    async (_name, [document]) => {
      const answer = await ask(graph.gateway.url, document);
      expect(answer.codes).toEqual(['UNAUTHENTICATED']);
    },
  );

  test('what the dashboard and GraphiQL ask for is let through', async () => {
    const introspection = await ask(graph.gateway.url, getIntrospectionQuery(), { token });
    expect(introspection.errors).toBeUndefined();
    const page = await ask(
      graph.gateway.url,
      '{ customers(first: 100) { edges { node { id name email picks(first: 10) { id name } } } } }',
      { token },
    );
    expect(page.errors).toBeUndefined();
  });

  test('texts that no table can hold are refused before a subgraph sees them', async () => {
    graph.subgraphs.users.calls.length = 0;
    for (const id of ['\u0000', 'a\u0000b', '\ud800', '\udc00\ud800']) {
      const variable = await ask(graph.gateway.url, 'query ($id: ID!) { customer(id: $id) { id } }', {
        token,
        variables: { id },
      });
      expect(variable.codes).toEqual(['BAD_USER_INPUT']);
      const escaped = [...id].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      const literal = await ask(graph.gateway.url, `{ customer(id: "${escaped}") { id } }`, { token });
      expect(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']).toContain(literal.codes[0]);
    }
    expect(graph.subgraphs.users.calls).toEqual([]);
    const whole = await ask(graph.gateway.url, 'query ($id: ID!) { customer(id: $id) { id } }', {
      token,
      variables: { id: '🏃' },
    });
    expect(whole.data).toEqual({ customer: { id: '🏃' } });
  });

  test('an operation that costs too much is told its cost, the limit and the remedy', async () => {
    const answer = await ask(
      graph.gateway.url,
      '{ customers(first: 100) { edges { node { friends(first: 100) { edges { node { friends(first: 100) { totalCount edges { node { id } } } } } } } } } }',
      { token },
    );
    expect(answer.codes).toEqual(['OPERATION_TOO_LARGE']);
    expect(answer.errors?.[0]).toMatchObject({ extensions: { cost: 2_030_301, limit: 50_000 } });
    expect(answer.errors?.[0]?.message).toMatch(/costs 2030301.*50000 is the most.*smaller pages/);
  });

  test('the cost of an operation stands in its answer, and what it came to for whoever asks for that', async () => {
    const query = '{ customers(first: 4) { edges { node { id } } } }';
    const answer = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-cda-cost': '1' },
      body: JSON.stringify({ query }),
    });
    expect(await answer.json()).toMatchObject({
      extensions: { cost: { asked: 1 + 4 * 2, most: 50_000, actual: 2 + 4 * 2 } },
    });
    const plain = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    expect(await plain.json()).toMatchObject({ extensions: { cost: { asked: 1 + 4 * 2, most: 50_000 } } });
  });

  test('huge and deep variables are refused or harmless', async () => {
    const deep = `{"query":"query ($id: ID!) { customer(id: $id) { name } }","variables":{"id":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    const send = (body: string) =>
      fetch(`${graph.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
      });
    expect((await send(deep)).status).toBe(400);
    const long = await ask(graph.gateway.url, 'query ($id: ID!) { customer(id: $id) { id } }', {
      token,
      variables: { id: 'x'.repeat(500_000), other: Array(1_000).fill(0) },
    });
    expect(long.errors).toBeUndefined();
  });

  test('a rate that is passed is answered with 429 and when to come again', async () => {
    await using limited = await openSmallGraph({ gateway: { rate: { burst: 2, perSecond: 0.5 } } });
    const viewer = await limited.token('VIEWER');
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(limited.gateway.url, '{ orders }', { token: viewer }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(answers[2]?.codes).toEqual(['TOO_MANY_REQUESTS']);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await ask(limited.gateway.url, '{ orders }', { token: await limited.token('ADMIN') });
    expect(other.status).toBe(200);
  });

  test('more than may run and wait are answered with 503 at once', async () => {
    await using limited = await openSmallGraph({
      gateway: { concurrency: { running: 1, waiting: 1 }, subgraphTimeoutMs: 300 },
    });
    const viewer = await limited.token('VIEWER');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ask(limited.gateway.url, '{ slow }', { token: viewer })),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, 200, 503, 503, 503, 503]);
    expect((await ask(limited.gateway.url, '{ orders }', { token: viewer })).status).toBe(200);
  });
});
