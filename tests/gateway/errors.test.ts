import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

describe.each([
  ['in process', false],
  ['over HTTP', true],
])('errors, subgraphs %s', (_name, http) => {
  let graph: SmallGraph;
  let url: string;
  let token: string;
  beforeAll(async () => {
    graph = await openSmallGraph({ http, gateway: { subgraphTimeoutMs: 400 } });
    url = graph.gateway.url;
    token = await graph.token('ADMIN');
  });
  afterAll(() => graph[Symbol.asyncDispose]());

  /** Nothing of the inside: addresses, tables, files, stacks, plans. */
  const expectClean = (answer: unknown): void => {
    expect(JSON.stringify(answer)).not.toMatch(
      /10\.0\.0\.7|127\.0\.0\.1|5432|secret|relation|\.ts\b|\.js\b|node_modules|stack|\bat .*:\d+|serviceName|ECONN|internal\/graphql/,
    );
  };

  test('a resolver that throws: its field is null, one plain sentence, a code and the request id', async () => {
    const answer = await ask(url, '{ broken orders }', { token, headers: { 'x-request-id': 'request-0001' } });
    expect(answer.data).toEqual({ broken: null, orders: 7 });
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong on our side. Try again; if it stays, report the request id.',
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-0001' },
      },
    ]);
    expect(answer.headers.get('x-request-id')).toBe('request-0001');
    expectClean(answer.errors);
  });

  test('a subgraph that is down: its fields are null with a typed error, the rest answers, and it comes back by itself', async () => {
    graph.subgraphs.analytics.instead = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'));
    const answer = await ask(url, '{ shop { name } orders customer(id: "1") { name } }', { token });
    expect(answer.data).toEqual({ shop: null, orders: null, customer: { name: 'Customer 1' } });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['shop'], 'SUBGRAPH_UNAVAILABLE'],
      [['orders'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
    expectClean(answer.errors);
    graph.subgraphs.analytics.instead = undefined;
    expect((await ask(url, '{ orders }', { token })).data).toEqual({ orders: 7 });
  });

  test('a subgraph that is down in the middle of a plan: the list is there, its parts are missing', async () => {
    graph.subgraphs.recommendations.instead = () => Promise.reject(new Error('down'));
    const answer = await ask(url, '{ customers(first: 2) { edges { node { name picks { name } } } } }', { token });
    graph.subgraphs.recommendations.instead = undefined;
    expect(answer.data).toEqual({
      customers: {
        edges: [{ node: { name: 'Customer 0', picks: null } }, { node: { name: 'Customer 1', picks: null } }],
      },
    });
    expect(answer.codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(answer.errors?.[0]?.path).toEqual(['customers', 'edges']);
  });

  test('a subgraph that never answers is given up in time', async () => {
    const answer = await ask(url, '{ slow }', { token });
    expect(answer.data).toEqual({ slow: null });
    expect(answer.codes).toEqual(['TIMEOUT']);
    expectClean(answer.errors);
  });

  test("a wrong value of a scalar is the client's fault, as a variable and in the text", async () => {
    const variable = await ask(url, 'query ($at: DateTime!) { since(at: $at) orders }', {
      token,
      variables: { at: 'yesterday' },
    });
    expect(variable.codes).toEqual(['BAD_USER_INPUT']);
    const literal = await ask(url, '{ since(at: "yesterday") }', { token });
    expect(literal.codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expectClean([variable.errors, literal.errors]);
  });

  test('codes and details that are not for clients stay inside', async () => {
    graph.subgraphs.analytics.instead = async () => ({
      data: { orders: null },
      errors: [
        new GraphQLError('select * from secret_table', {
          path: ['orders'],
          extensions: { code: 'P0001', sql: 'secret' },
        }),
        new GraphQLError('Too large.', {
          path: ['orders'],
          extensions: {
            code: 'BAD_USER_INPUT',
            argument: 'first',
            stacktrace: ['secret'],
            response: { url: 'secret' },
          },
        }),
      ],
    });
    const answer = await ask(url, '{ orders }', { token });
    graph.subgraphs.analytics.instead = undefined;
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR', 'BAD_USER_INPUT']);
    expect(answer.errors?.[1]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'first',
      requestId: expect.any(String),
    });
    expectClean(answer.errors);
  });

  test('an answer that is no GraphQL result is none', async () => {
    for (const garbage of [null, 'text', {}, []]) {
      graph.subgraphs.analytics.instead = async () => garbage as never;
      const answer = await ask(url, '{ orders }', { token });
      expect(answer.data).toEqual({ orders: null });
      expectClean(answer);
    }
    graph.subgraphs.analytics.instead = undefined;
  });

  test("an answer that breaks the subgraph's own schema is our fault, told as one", async () => {
    const query = '{ customers(first: 1) { edges { cursor } } orders }';
    await ask(url, query, { token });
    graph.subgraphs.users.instead = async () => ({ data: { customers: { edges: 'many' } } });
    for (let i = 0; i < 2; i++) {
      const answer = await ask(url, query, { token });
      expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(answer.status).toBe(200);
      expectClean(answer);
    }
    graph.subgraphs.users.instead = undefined;
  });

  test('the plan of a query is shown to nobody', async () => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'apollo-query-plan-experimental': '1',
        'apollo-federation-include-trace': 'ftv1',
      },
      body: JSON.stringify({ query: '{ orders }' }),
    });
    expect(await answer.json()).toEqual({ data: { orders: 7 }, extensions: { cost: { asked: 0, most: 50_000 } } });
  });

  test('"Did you mean" is for those who may read the schema', async () => {
    expect((await ask(url, '{ ordrs }', { token })).errors?.[0]?.message).toMatch(/Did you mean/);
    await using strict = await openSmallGraph({ http, gateway: { production: true } });
    const viewer = await strict.token('VIEWER');
    const answer = await ask(strict.gateway.url, '{ ordrs }', { token: viewer });
    expect(answer.errors?.[0]?.message).toBe('Cannot query field "ordrs" on type "Query".');
    expect((await ask(strict.gateway.url, '{ __schema { types { name } } }', { token: viewer })).codes).toEqual([
      'FORBIDDEN',
    ]);
    const hidden = '{ ...F } fragment F on Query { ... on Query { x: __type(name: "Query") { name } } }';
    expect((await ask(strict.gateway.url, hidden, { token: viewer })).codes).toEqual(['FORBIDDEN']);
    const admin = await strict.token('ADMIN');
    expect((await ask(strict.gateway.url, hidden, { token: admin })).errors).toBeUndefined();
    expect((await ask(strict.gateway.url, '{ __typename }', { token: viewer })).data).toEqual({ __typename: 'Query' });
  });
});
