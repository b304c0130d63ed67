import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

const api = buildSchema(readFileSync(resolve(import.meta.dirname, '../../schema/api.graphql'), 'utf8'));

const id = (text: string) => Buffer.from(text).toString('base64url');
const texts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  '\u202Eevil',
  "' OR 1=1; DROP TABLE users.account; --",
  '$.a[*] ? (@ > 1)',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://evil.example")',
  '%00%ff%_\\',
  '../../../etc/passwd',
  'null',
  'NaN',
  '-1',
  '9'.repeat(400),
  'x'.repeat(10_000),
  '🏃'.repeat(500),
  id('Customer:'),
  id('Customer:u:\u0000'),
  id('Customer:u:nobody'),
  id('Product:\ud800'),
  id("Segment:' OR 1=1"),
  id('Segment:00000000-0000-4000-8000-000000000000'),
  id('Anomaly:REVENUE:2026-13-45'),
  id('Anomaly:x'),
  id('ModelVersion:x'),
  id('Nothing:1'),
  id(':'),
  '__proto__',
  'constructor',
];
const numbers = [
  0,
  -1,
  1,
  101,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  2 ** 53,
  1.5,
  1e308,
  -1e308,
  5e-324,
];
const days = [
  '',
  '0000-00-00',
  '0001-01-01',
  '1969-12-31',
  '2026-02-31',
  '9999-12-31',
  '275760-09-13',
  '2026-01-01T00:00:00Z',
  'today',
];
const moments = [
  '',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59Z',
  '275760-09-13T00:00:00Z',
  '2026-01-01',
  'now',
  '2026-01-01T25:61:61Z',
];
const documents = [
  null,
  0,
  'x',
  [],
  {},
  { '': null },
  { a: '\u0000' },
  { a: '\ud800' },
  JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`),
  { __proto__: 1, constructor: 1 },
];

/** Values of a leaf that are hard to take. */
function hostile(type: GraphQLInputType): unknown[] {
  const named = getNamedType(type);
  if (isEnumType(named)) return ['NOPE', '', 0];
  switch (named.name) {
    case 'Int':
    case 'SafeInt':
    case 'Float':
      return [...numbers, 'x'];
    case 'Boolean':
      return [true, false, 'x', 0];
    case 'Date':
      return days;
    case 'DateTime':
      return moments;
    case 'JSON':
      return documents;
    default:
      return texts;
  }
}

/** A value that a type takes without complaint, as far as the schema can tell. */
function plain(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return plain(type.ofType);
  if (isListType(type)) return [plain(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, plain(field.type)]),
    );
  }
  const samples: Record<string, unknown> = {
    Int: 1,
    SafeInt: 1,
    Float: 1,
    Boolean: true,
    Date: '2026-01-31',
    DateTime: '2026-01-31T12:00:00Z',
    JSON: {},
  };
  return samples[type.name] ?? 'x';
}

/** Every leaf of an argument with values for the whole argument in which that leaf alone is hostile. */
function* attempts(
  argument: GraphQLArgument | GraphQLInputField,
  depth = 0,
): Generator<[path: string, value: unknown]> {
  const { name, type } = argument;
  const inner = isNonNullType(type) ? type.ofType : type;
  const list = isListType(inner);
  const named = getNamedType(type);
  const wrap = (value: unknown) => (list ? [value] : value);
  if (!isInputObjectType(named)) {
    for (const value of hostile(named)) yield [name, wrap(value)];
    if (list) yield [name, Array(3_000).fill(plain(named))];
    return;
  }
  if (depth > 3) return;
  const base = plain(named) as Record<string, unknown>;
  for (const field of Object.values(named.getFields())) {
    for (const [path, value] of attempts(field, depth + 1))
      yield [`${name}.${path}`, wrap({ ...base, [field.name]: value })];
  }
}

// What would fit models again and again, or throw data away, is tried elsewhere.
const leftOut = /^(Mutation\.(train|erase|setPassword|signOut)|Mutation\.set)/;

/** Types with arguments below the roots, each of which `node` can find. */
const nodes = new Set(['Query', 'Mutation', 'Customer', 'Product', 'Segment', 'Anomaly']);

const fields = Object.values(api.getTypeMap()).flatMap((type) =>
  nodes.has(type.name) && isObjectType(type)
    ? Object.values(type.getFields())
        .filter((field) => field.args.length > 0 && !leftOut.test(`${type.name}.${field.name}`))
        .map((field) => ({ name: `${type.name}.${field.name}`, parent: type.name, field }))
    : [],
);

describe('every argument of the graph takes hostile values', () => {
  let graph: OpenGraph;
  let token: string;
  const parents = new Map<string, string>();
  /** What went wrong at the gateway, by request. */
  const faults = new Map<string, string>();
  let counter = 0;
  const log = {
    ...silentLog,
    error: ({ requestId, fault }: { requestId: string; fault: string }) => faults.set(requestId, fault),
    child: () => log,
  } as unknown as Log;

  beforeAll(async () => {
    graph = await openGraph({ template: smallDemoShop, gateway: { rate: { burst: 1e7, perSecond: 1e7 }, log } });
    token = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
    const { data } = await ask(
      graph.gateway.url,
      `{ customers(first: 1) { edges { node { __typename id } } } products(first: 1) { edges { node { __typename id } } }
         segments { __typename id } anomalies(first: 1) { edges { node { __typename id } } } }`,
      { token },
    );
    for (const [, type = '', key = ''] of JSON.stringify(data).matchAll(/"__typename":"(\w+)","id":"([^"]+)"/g))
      parents.set(type, key);
  }, 300_000);
  afterAll(() => graph[Symbol.asyncDispose]());

  test('there are arguments to try', () => expect(fields.length).toBeGreaterThan(20));

  test.each(fields.map((entry) => [entry.name, entry] as const))('%s', async (name, { parent, field }) => {
    const root = parent === 'Query' || parent === 'Mutation';
    if (!root) expect([parent, parents.has(parent)]).toEqual([parent, true]);
    const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    const wrong: string[] = [];
    for (const argument of field.args) {
      const others = field.args.filter((other) => other !== argument && isRequiredArgument(other));
      const given = [argument, ...others];
      const call = `${field.name}(${given.map((entry) => `${entry.name}: $${entry.name}`).join(', ')})${selection}`;
      const variables = given.map((entry) => `$${entry.name}: ${entry.type}`).join(', ');
      const query = root
        ? `${parent.toLowerCase()} (${variables}) { ${call} }`
        : `query (${variables}) { node(id: "${parents.get(parent)}") { ... on ${parent} { ${call} } } }`;
      const tries = [...attempts(argument)];
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let next = tries.pop(); next; next = tries.pop()) {
            const [path, value] = next;
            const requestId = `hostile-${counter++}`;
            const given = Object.fromEntries(others.map((other) => [other.name, plain(other.type)]));
            const answer = await ask(graph.gateway.url, query, {
              token,
              headers: { 'x-request-id': requestId },
              variables: { ...given, [argument.name]: value },
            });
            const shown = `${name}(${path}: ${JSON.stringify(value)?.slice(0, 80)})`;
            if (answer.status !== 200) wrong.push(`${shown}: HTTP ${answer.status}`);
            const fault = faults.get(requestId);
            if (fault) wrong.push(`${shown}: ${fault}`);
          }
        }),
      );
    }
    expect(wrong).toEqual([]);
  });
});
