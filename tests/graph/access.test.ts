import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accessRulesOf, meets } from '@cda/platform/auth/access-rules.ts';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { isScope, type Role, roles, scopes, scopesOfRole } from '@cda/platform/auth/scopes.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { buildSchema as buildSubgraph } from '@cda/platform/service/subgraph.ts';
import {
  buildSchema,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildOwnSchema } from '../../gateway/src/own-graph/own-graph.ts';
import { subgraphDefinitions } from '../../standalone/src/subgraphs.ts';
import { type Answer, ask, askLive } from './ask.ts';
import { rootDocuments } from './example-queries.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

interface Place {
  subgraph: string;
  name: string;
  type: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
  root: boolean;
}

const schemas = new Map<string, GraphQLSchema>([
  ...subgraphNames.map((name) => [name, buildSubgraph(subgraphDefinitions[name])] as const),
  ['gateway', buildOwnSchema()],
]);
const federationFields = new Set(['_service', '_entities']);

const places: Place[] = [...schemas].flatMap(([subgraph, schema]) =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('_')
      ? Object.values(type.getFields())
          .filter((field) => !federationFields.has(field.name))
          .map((field) => ({ subgraph, name: `${type.name}.${field.name}`, type, field, root: isRoot(schema, type) }))
      : [],
  ),
);

function isRoot(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType();
}

/** Names of types that show a field without a rule to whoever reaches `type`. */
function reachable(schema: GraphQLSchema, type: GraphQLObjectType, seen = new Set<string>()): Set<string> {
  const open = Object.values(type.getFields()).filter((field) => accessRulesOf(type, field).length === 0);
  if (open.length === 0 || seen.has(type.name)) return seen;
  seen.add(type.name);
  for (const field of open) {
    const next = getNamedType(field.type);
    const objects =
      isUnionType(next) || isInterfaceType(next) ? schema.getPossibleTypes(next) : isObjectType(next) ? [next] : [];
    for (const object of objects) reachable(schema, object, seen);
  }
  return seen;
}

describe('rules', () => {
  test('no root field of any subgraph is without one', () => {
    const open = places.filter(({ root, type, field }) => root && accessRulesOf(type, field).length === 0);
    expect(open.map(({ subgraph, name }) => `${subgraph} ${name}`)).toEqual([]);
  });

  test('what can be asked for by reference without a scope tells of the shop, never of a person', () => {
    // Root fields have rules, so every other field is reached through one, or by `_entities`, which clients of the
    // gateway cannot ask for and which needs a caller who is known.
    const open = [...schemas.values()].flatMap((schema) => {
      const union = schema.getType('_Entity');
      const entities = isUnionType(union) ? schema.getPossibleTypes(union) : [];
      return entities.flatMap((type) => [...reachable(schema, type)]);
    });
    expect(open).toContain('Product');
    expect(open.filter((name) => /Customer|Account|Key|Token|Session|Event|Identity|Erasure/.test(name))).toEqual([]);
  });

  test('every scope that the SDL names exists, and every rule can be met', () => {
    for (const { name, type, field } of places) {
      for (const rule of accessRulesOf(type, field)) {
        expect([name, rule.anyOf.flat().filter((scope) => !isScope(scope))]).toEqual([name, []]);
        expect([name, meets(rule, scopes)]).toEqual([name, true]);
      }
    }
  });

  test('whatever tells who a customer is needs the scope for personal fields', () => {
    const personal = places.filter(
      ({ type, field }) => type.name === 'Customer' && /name|email|phone|address|birth/i.test(field.name),
    );
    expect(personal.map(({ name }) => name).sort()).toEqual(['Customer.email', 'Customer.name', 'Customer.phone']);
    for (const { name, type, field } of personal) {
      const lets = accessRulesOf(type, field).every((rule) => meets(rule, ['customers:read', 'analytics:read']));
      expect([name, lets]).toEqual([name, false]);
    }
  });

  test('what changes something, or manages people, is not for those who only read', () => {
    const mutations = places.filter(({ type }) => type.name === 'Mutation');
    for (const { name, type, field } of mutations) {
      const rules = accessRulesOf(type, field);
      const own = ['createTelegramLinkCode', 'setPassword', 'signOutEverywhere'].includes(field.name);
      expect([name, rules.every((rule) => meets(rule, scopesOfRole('VIEWER')))]).toEqual([name, own]);
    }
  });

  test('the page about access tells each scope, and what each role may', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/access.md'), 'utf8');
    for (const scope of scopes) expect(page).toContain(`\`${scope}\``);
    for (const role of ['ANALYST', 'MARKETER'] as const) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${role} |`)) ?? '';
      const beyond = scopesOfRole(role).filter((scope) => !scopesOfRole('VIEWER').includes(scope));
      expect([role, [...row.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope).sort()]).toEqual([
        role,
        [...beyond].sort(),
      ]);
    }
  });

  test('no role has a scope of the inside', () => {
    for (const role of roles) expect(scopesOfRole(role).filter((scope) => scope.startsWith('internal:'))).toEqual([]);
  });
});

describe('in every subgraph, field by field', () => {
  const call = async ({ field }: Place, identity: unknown): Promise<unknown> => {
    try {
      await (field.resolve ?? defaultFieldResolver)({}, {}, { identity }, { fieldName: field.name } as never);
    } catch (error) {
      return (error as { extensions?: { code?: string } }).extensions?.code;
    }
    return undefined;
  };
  const guarded = places.filter(({ root, type, field }) => root || accessRulesOf(type, field).length > 0);

  test('there are fields to try', () => expect(guarded.length).toBeGreaterThan(30));

  test('nobody known gets nothing', async () => {
    for (const place of guarded) {
      for (const identity of [undefined, null]) {
        expect([place.name, await call(place, identity)]).toEqual([place.name, 'UNAUTHENTICATED']);
      }
    }
  });

  test.each([...roles, 'nothing'] as const)('the role %s gets nothing beyond its scopes', async (role) => {
    const own = role === 'nothing' ? [] : scopesOfRole(role);
    for (const place of guarded) {
      if (accessRulesOf(place.type, place.field).every((rule) => meets(rule, own))) continue;
      const code = await call(place, { subject: `operator:${role}`, scopes: own, locale: 'EN' });
      expect([place.name, code]).toEqual([place.name, 'FORBIDDEN']);
    }
  });
});

describe('through the gateway', () => {
  const api = buildSchema(readFileSync(resolve(import.meta.dirname, '../../schema/api.graphql'), 'utf8'));
  const documents = [
    ...rootDocuments(api.getQueryType(), 'query'),
    ...rootDocuments(api.getMutationType(), 'mutation'),
    ...rootDocuments(api.getSubscriptionType(), 'subscription'),
  ];
  /** Subscriptions are asked by the way that they are served; the first result is the answer. */
  const put = (document: string, token?: string): Promise<Answer> =>
    document.startsWith('subscription') ? askLive(url, document, token) : ask(url, document, token ? { token } : {});
  const ruleOf = (name: string) => {
    const place = places.find((entry) => entry.root && entry.field.name === name) as Place;
    return accessRulesOf(place.type, place.field);
  };
  let graph: OpenGraph;
  let url: string;
  beforeAll(async () => {
    graph = await openGraph();
    url = graph.gateway.url;
  });
  afterAll(() => graph[Symbol.asyncDispose]());

  test('the graph has no root field that this test leaves out', () => expect(documents.length).toBeGreaterThan(15));

  test.each(documents)('%s is not for somebody unknown', async (_name, document) => {
    const answer = await put(document);
    expect([answer.status, answer.codes, answer.data ?? null]).toEqual([401, ['UNAUTHENTICATED'], null]);
  });

  test.each(roles)('the role %s gets exactly the root fields that its scopes allow', async (role: Role) => {
    const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
    for (const [name, document] of documents) {
      const allowed = ruleOf(name).every((rule) => meets(rule, scopesOfRole(role)));
      if (allowed) continue;
      const answer = await put(document, token);
      // A stream that is refused has no data at all.
      const nothing = document.startsWith('subscription') ? undefined : { [name]: null };
      expect([name, answer.codes, answer.data]).toEqual([name, ['FORBIDDEN'], nothing]);
    }
  });

  test('no role finds a root field broken: what it may ask for is answered', async () => {
    const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    for (const [name, document] of documents) {
      const answer = await put(document, token);
      expect([name, answer.codes.filter((code) => code === 'INTERNAL_SERVER_ERROR')]).toEqual([name, []]);
    }
  });

  test.each(subgraphNames)('%s refuses whoever comes without the signature of the gateway', async (name) => {
    const subgraph = graph.system.subgraphs[name];
    const sign = createIdentitySigner('a secret of somebody else that is long enough');
    const forged = await sign({ subject: 'operator:ADMIN', scopes: [...scopes], locale: 'EN' });
    const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    for (const headers of [
      {},
      { [identityHeader]: forged },
      { [identityHeader]: token },
      { authorization: `Bearer ${token}` },
    ]) {
      for (const text of ['{ __typename }', '{ _service { sdl } }', '{ __schema { types { name } } }']) {
        const result = await subgraph.execute({ document: parse(text), headers });
        expect([result.data ?? null, result.errors?.map((error) => error.extensions['code'])]).toEqual([
          null,
          ['UNAUTHENTICATED'],
        ]);
      }
    }
  });
});
