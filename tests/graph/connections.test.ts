import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import {
  buildSchema,
  type GraphQLField,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { type Answer, ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

const api = buildSchema(readFileSync(resolve(import.meta.dirname, '../../schema/api.graphql'), 'utf8'));

interface ConnectionField {
  /** `Type.field`. */
  name: string;
  parent: string;
  field: GraphQLField<unknown, unknown>;
}

/** Every field of the graph that is a connection. */
const connections: ConnectionField[] = Object.values(api.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith('__')
    ? Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
        .map((field) => ({ name: `${type.name}.${field.name}`, parent: type.name, field }))
    : [],
);

const text = (type: unknown): string => String(type);

describe('the shape that Relay wants', () => {
  test('there are connections to check', () => expect(connections.length).toBeGreaterThan(5));

  test.each(connections.map((connection) => [connection.name, connection] as const))('%s', (_name, { field }) => {
    const connection = getNamedType(field.type);
    if (!isObjectType(connection)) throw new Error('A connection must be an object.');
    const { edges, pageInfo } = connection.getFields();
    const edge = getNamedType(edge_(edges));
    if (!isObjectType(edge)) throw new Error('An edge must be an object.');
    expect(text(edges?.type)).toBe(`[${edge.name}!]!`);
    expect(edge.name).toMatch(/Edge$/);
    expect(text(pageInfo?.type)).toBe('PageInfo!');
    const { cursor, node } = edge.getFields();
    expect(text(cursor?.type)).toBe('String!');
    const nodeType = isNonNullType(node?.type) ? node.type.ofType : node?.type;
    expect(isListType(nodeType)).toBe(false);
    const first = field.args.find((argument) => argument.name === 'first');
    // A connection that shows a list as it is, and not a page of it, takes no size.
    if (first) expect(text(first.type)).toBe('Int');
    const after = field.args.find((argument) => argument.name === 'after');
    if (after) expect(text(after.type)).toBe('String');
  });

  test('PageInfo has its four fields', () => {
    const type = api.getType('PageInfo');
    if (!isObjectType(type)) throw new Error('PageInfo must be an object.');
    const fields = Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, text(field.type)]));
    expect(fields).toEqual({
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    });
  });
});

const edge_ = (field: GraphQLField<unknown, unknown> | undefined) => {
  if (!field) throw new Error('A connection must have edges.');
  return field.type;
};

function isPlace(parent: string): boolean {
  const type = api.getType(parent);
  return parent === 'Query' || (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'));
}

describe('at work', () => {
  let graph: OpenGraph;
  let token: string;
  const parents = new Map<string, string>();

  beforeAll(async () => {
    graph = await openGraph({ template: smallDemoShop, gateway: { rate: { burst: 1e6, perSecond: 1e6 } } });
    token = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
    const { data } = await ask(
      graph.gateway.url,
      `{ customers(first: 1, orderBy: { field: ORDER_COUNT }) { edges { node { __typename id } } }
         products(first: 1, orderBy: { field: REVENUE }) { edges { node { __typename id } } }
         segments { __typename id } categories { __typename id } }`,
      { token },
    );
    for (const [, type = '', id = ''] of JSON.stringify(data).matchAll(/"__typename":"(\w+)","id":"([^"]+)"/g)) {
      if (!parents.has(type)) parents.set(type, id);
    }
  }, 300_000);
  afterAll(() => graph[Symbol.asyncDispose]());

  interface Page {
    edges: { cursor: string; node: unknown }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
    totalCount?: number;
  }

  /** Fields of a node that tell it from others. */
  const identityOf = (field: GraphQLField<unknown, unknown>): string => {
    const connection = getNamedType(field.type);
    const edge = isObjectType(connection) ? getNamedType(edge_(connection.getFields()['edges'])) : undefined;
    const node = isObjectType(edge) ? getNamedType(edge.getFields()['node']?.type ?? edge) : undefined;
    if (!isObjectType(node) && !isInterfaceType(node)) return '__typename';
    if (node.getFields()['id']) return 'id';
    const product = node.getFields()['product'];
    if (product) return 'product { id }';
    return Object.values(node.getFields())
      .filter((entry) => isScalarType(getNamedType(entry.type)) && entry.args.length === 0)
      .map((entry) => entry.name)
      .join(' ');
  };

  async function page({ parent, field }: ConnectionField, args: string): Promise<Answer & { page: Page | null }> {
    const connection = getNamedType(field.type);
    const total = isObjectType(connection) && connection.getFields()['totalCount'] ? 'totalCount' : '';
    const needed = field.args.filter(isRequiredArgument).map((argument) => {
      if (argument.name !== 'products')
        throw new Error(`Which ${argument.name} is ${parent}.${field.name} to be asked for?`);
      return `products: ["${parents.get('Product')}"]`;
    });
    const call = `${field.name}(${[args, ...needed].join(', ')}) {
      edges { cursor node { ${identityOf(field)} } } ${total}
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    const query =
      parent === 'Query' ? `{ ${call} }` : `{ node(id: "${parents.get(parent)}") { ... on ${parent} { ${call} } } }`;
    const answer = await ask(graph.gateway.url, query, { token });
    const root = (parent === 'Query' ? answer.data : answer.data?.['node']) as
      | Record<string, Page | null>
      | null
      | undefined;
    return { ...answer, page: root?.[field.name] ?? null };
  }

  /** Those that can be asked for on their own: at a root, or on a thing with an id. */
  const pages = connections.filter(
    ({ parent, field }) => isPlace(parent) && field.args.some((argument) => argument.name === 'first'),
  );

  test('most connections can be tried', () => expect(pages.length).toBeGreaterThan(8));

  test.each(pages.map((connection) => [connection.name, connection] as const))(
    '%s: page by page it is the list in one piece, nothing twice, nothing lost',
    async (_name, connection) => {
      const whole = await page(connection, 'first: 100');
      expect(whole.errors).toBeUndefined();
      const all = whole.page as Page;
      const consistent = ({ edges, pageInfo }: Page) => {
        expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
        expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
      };
      consistent(all);
      expect(all.pageInfo.hasPreviousPage).toBe(false);
      const nodes = all.edges.map(({ node }) => JSON.stringify(node));
      expect(new Set(nodes).size).toBe(nodes.length);
      expect(new Set(all.edges.map(({ cursor }) => cursor)).size).toBe(nodes.length);
      if (all.totalCount !== undefined && !all.pageInfo.hasNextPage) expect(all.totalCount).toBe(nodes.length);

      if (!connection.field.args.some((argument) => argument.name === 'after')) return;
      const size = 3;
      const paged: string[] = [];
      let after: string | null = null;
      for (let guard = 0; guard < 40 && paged.length < Math.min(nodes.length, 30); guard++) {
        const step: Answer & { page: Page | null } = await page(
          connection,
          `first: ${size}${after === null ? '' : `, after: ${JSON.stringify(after)}`}`,
        );
        expect(step.errors).toBeUndefined();
        const { edges, pageInfo } = step.page as Page;
        consistent(step.page as Page);
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        expect(edges.length).toBeLessThanOrEqual(size);
        paged.push(...edges.map(({ node }) => JSON.stringify(node)));
        if (paged.length < nodes.length) expect(pageInfo.hasNextPage).toBe(true);
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      expect(paged.slice(0, nodes.length)).toEqual(nodes.slice(0, paged.length));
    },
  );

  test.each(pages.map((connection) => [connection.name, connection] as const))(
    '%s: a page size or a cursor that is none is refused in words',
    async (_name, connection) => {
      for (const first of ['0', '-1', '101', '2147483647']) {
        const { codes } = await page(connection, `first: ${first}`);
        // The largest is refused by the gateway already: its answer could be too large.
        expect([first, ['BAD_USER_INPUT', 'OPERATION_TOO_LARGE'].includes(String(codes[0]))]).toEqual([first, true]);
      }
      if (!connection.field.args.some((argument) => argument.name === 'after')) return;
      for (const after of ['', 'x', 'W10', 'bnVsbA', 'WyInIE9SIDE9MSAtLSJd', '\\u0000', 'ö'.repeat(200)]) {
        const { codes } = await page(connection, `first: 2, after: "${after}"`);
        expect([after, codes]).toEqual([after, ['BAD_USER_INPUT']]);
      }
    },
  );
});
