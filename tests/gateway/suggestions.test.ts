import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { links, openSmallGraph, type SmallGraph, smallParts } from './small-graph.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({
    gateway: { production: true },
    parts: {
      ...smallParts,
      analytics: {
        sdl: `${links}
          type Query { figures(where: FigureWhere, period: FigurePeriod): [Figure!] @authenticated }
          enum FigurePeriod { LAST_WEEK LAST_MONTH }
          input FigureWhere { country: String period: FigurePeriod }
          interface Figure { name: String }
          type Revenue implements Figure { name: String amountMinor: Int }`,
        resolvers: { Query: { figures: () => [] }, Figure: { __resolveType: () => 'Revenue' } },
      },
    },
  });
});
afterAll(() => graph[Symbol.asyncDispose]());

/** Documents with a slip in each kind of name that graphql-js knows a better one for. */
const slips: Record<string, [query: string, variables?: Record<string, unknown>]> = {
  'a field': ['{ figurs { name } }'],
  'a field of an interface': ['{ figures { amountMinor } }'],
  'an argument': ['{ figures(perid: LAST_WEEK) { name } }'],
  'a value of an enum': ['{ figures(period: LAST_WEK) { name } }'],
  'a text for an enum': ['{ figures(period: "LAST_WEEK") { name } }'],
  'a field of an input': ['{ figures(where: { contry: "DE" }) { name } }'],
  'a type': ['{ figures { ... on Revenu { name } } }'],
  'a directive': ['{ figures { name @skp(if: true) } }'],
  'a variable of an enum': ['query ($p: FigurePeriod) { figures(period: $p) { name } }', { p: 'LAST_WEK' }],
  'a field deep in a variable': ['query ($w: FigureWhere) { figures(where: $w) { name } }', { w: { contry: 'DE' } }],
  'an enum deep in a variable': ['query ($w: FigureWhere) { figures(where: $w) { name } }', { w: { period: 'LAST' } }],
  'a selection that is missing': ['{ figures }'],
};
const namesOfOurs = /Did you mean|LAST_MONTH|inline fragment|"(figures|period|where|country|Revenue|FigurePeriod)"\?/;

describe('a slip', () => {
  test.each(Object.entries(slips))('in %s: nobody unknown learns anything', async (_name, [query, variables]) => {
    const answer = await ask(graph.gateway.url, query, { ...(variables ? { variables } : {}) });
    expect(answer.codes).toEqual(['UNAUTHENTICATED']);
    expect(JSON.stringify(answer.errors)).not.toMatch(/igur|LAST_|ountry/);
  });

  test.each(Object.entries(slips))(
    'in %s: who may not read the schema gets no better name',
    async (_name, [query, variables]) => {
      const token = await graph.token('ANALYST');
      const answer = await ask(graph.gateway.url, query, { token, ...(variables ? { variables } : {}) });
      expect(answer.errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(answer.errors?.map(({ message }) => message))).not.toMatch(namesOfOurs);
    },
  );

  test('who may read the schema is helped', async () => {
    const token = await graph.token('ADMIN');
    const answer = await ask(graph.gateway.url, '{ figures(period: LAST_WEK) { name } }', { token });
    expect(answer.errors?.[0]?.message).toMatch(/Did you mean the enum value "LAST_WEEK"/);
  });
});
