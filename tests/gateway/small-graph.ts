import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type Gateway, type GatewayConfig, type InProcessSubgraph, startGateway } from '@cda/gateway';
import { enforceAccess } from '@cda/platform/auth/access-directives.ts';
import { unauthenticated } from '@cda/platform/auth/access-errors.ts';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createIdentityVerifier, type InternalIdentity, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { scalars } from '@cda/platform/graph/scalars.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { type DocumentNode, type ExecutionResult, execute, parse, validate } from 'graphql';

/** SDL and resolvers of one subgraph. */
export interface GraphPart {
  sdl: string;
  resolvers: object;
}

export const links = `extend schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@shareable", "@requiresScopes", "@authenticated", "@inaccessible"])
scalar DateTime
`;

const sdl: Record<SubgraphName, string> = {
  users: `${links}
    type Query {
      customer(id: ID!): Customer @requiresScopes(scopes: [["customers:read"]])
      customers(first: Int = 20, after: String): CustomerConnection @requiresScopes(scopes: [["customers:read"]])
      broken: String @authenticated
      slow: String @authenticated
      since(at: DateTime!): String @authenticated
      whoAsks: String @authenticated
    }
    type Mutation {
      rename(id: ID!, name: String!): Customer @requiresScopes(scopes: [["accounts:manage"]])
      verifyApiKey(secret: String!): KeyIdentity @inaccessible @requiresScopes(scopes: [["internal:session"]])
    }
    type KeyIdentity @inaccessible { id: ID! scopes: [String!]! }
    type Customer @key(fields: "id") @requiresScopes(scopes: [["customers:read"]]) {
      id: ID!
      name: String
      email: String @requiresScopes(scopes: [["personal:read"]])
      friends(first: Int = 10): CustomerConnection
    }
    type CustomerConnection { edges: [CustomerEdge!]! totalCount: Int! }
    type CustomerEdge { cursor: String! node: Customer! }`,
  products: `${links}
    type Query { product(id: ID!): Product @requiresScopes(scopes: [["analytics:read"]]) }
    type Product @key(fields: "id") { id: ID! name: String! }`,
  recommendations: `${links}
    type Query { popular: [Product!] @requiresScopes(scopes: [["analytics:read"]]) }
    type Product @key(fields: "id", resolvable: false) { id: ID! }
    type Customer @key(fields: "id") @requiresScopes(scopes: [["customers:read"]]) {
      id: ID!
      picks(first: Int = 10): [Product!]
    }`,
  analytics: `${links}
    type Query { shop: Shop @authenticated orders: Int @requiresScopes(scopes: [["analytics:read"]]) }
    type Shop { name: String! currency: String! }`,
};

const product = (id: string) => ({ __typename: 'Product', id, name: `Product ${id}` });
const customer = (id: string) => ({ __typename: 'Customer', id, name: `Customer ${id}`, email: `${id}@shop.example` });
const page = (first: number) => ({
  totalCount: 1_000,
  edges: Array.from({ length: first }, (_, i) => ({ cursor: String(i), node: customer(String(i)) })),
});

const resolvers: Record<SubgraphName, object> = {
  users: {
    DateTime: scalars.DateTime,
    Query: {
      customer: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : customer(id)),
      customers: (_: unknown, { first }: { first: number }) => page(first),
      broken: () => {
        throw new Error('relation "secret_table" does not exist at 10.0.0.7:5432');
      },
      slow: () => new Promise(() => {}),
      since: (_: unknown, { at }: { at: string }) => at,
      whoAsks: (_: unknown, __: unknown, { identity }: { identity: InternalIdentity }) =>
        `${identity.subject} ${identity.locale} ${identity.scopes.join(',')}`,
    },
    Mutation: {
      rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...customer(id), name }),
      verifyApiKey: () => null,
    },
    Customer: {
      __resolveReference: ({ id }: { id: string }) => (id === 'none' ? null : customer(id)),
      friends: (_: unknown, { first }: { first: number }) => page(first),
    },
  },
  products: {
    Query: { product: (_: unknown, { id }: { id: string }) => product(id) },
    Product: { __resolveReference: ({ id }: { id: string }) => product(id) },
  },
  recommendations: {
    Query: { popular: () => [product('1'), product('2')] },
    Customer: {
      __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Customer', id }),
      picks: (_: unknown, { first }: { first: number }) => Array.from({ length: first }, (_x, i) => product(String(i))),
    },
  },
  analytics: { Query: { shop: () => ({ name: 'Shop', currency: 'EUR' }), orders: () => 7 } },
};

export const smallParts = Object.fromEntries(
  subgraphNames.map((name) => [name, { sdl: sdl[name], resolvers: resolvers[name] }]),
) as Record<SubgraphName, GraphPart>;

/** A subgraph that can be made to fail, for the tests of what then happens. */
export interface SmallSubgraph extends InProcessSubgraph {
  /** Calls so far, with what was asked. */
  calls: { document: DocumentNode; headers: Readonly<Record<string, string>> }[];
  /** Answers in place of the schema, while it is set. */
  instead: (() => Promise<ExecutionResult>) | undefined;
}

export interface SmallGraph extends AsyncDisposable {
  gateway: Gateway;
  secrets: Secrets;
  supergraphPath: string;
  subgraphs: Record<SubgraphName, SmallSubgraph>;
  /** Addresses of the subgraphs, where they are reached over HTTP. */
  addresses: Partial<Record<SubgraphName, string>>;
  token(role: Role): Promise<string>;
}

/** Four small subgraphs without a database behind a gateway, in this process or over HTTP. */
export async function openSmallGraph(
  options: { http?: boolean; gateway?: Partial<GatewayConfig>; parts?: Record<SubgraphName, GraphPart> } = {},
): Promise<SmallGraph> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'cda-small-graph-'));
  opening.defer(() => rm(folder, { recursive: true }));
  const secrets = await loadSecrets({ dataDir: folder, env: {} });
  const parts = options.parts ?? smallParts;
  const composed = composeServices(
    subgraphNames.map((name) => ({ name, url: `http://${name}.internal/graphql`, typeDefs: parse(parts[name].sdl) })),
  );
  if (!composed.supergraphSdl) throw new Error(composed.errors?.map((error) => error.message).join('\n'));
  const supergraphPath = join(folder, 'supergraph.graphql');
  await writeFile(supergraphPath, composed.supergraphSdl);

  const subgraphs = Object.fromEntries(
    subgraphNames.map((name) => [name, smallSubgraph(name, parts[name], secrets.internalSecret)]),
  ) as Record<SubgraphName, SmallSubgraph>;
  const addresses: SmallGraph['addresses'] = {};
  if (options.http) for (const name of subgraphNames) addresses[name] = await serve(subgraphs[name], opening);
  const gateway = opening.use(
    await startGateway({
      port: 0,
      host: '127.0.0.1',
      supergraphPath,
      subgraphs: options.http
        ? (Object.fromEntries(subgraphNames.map((name) => [name, { url: addresses[name] as string }])) as never)
        : subgraphs,
      secrets,
      production: false,
      log: silentLog,
      drainMs: 0,
      ...options.gateway,
    }),
  );
  const open = opening.move();
  return {
    gateway,
    secrets,
    supergraphPath,
    subgraphs,
    addresses,
    token: async (role) => (await issueAccessToken(secrets.access, { subject: `operator:${role}`, role })).token,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function smallSubgraph(name: SubgraphName, part: GraphPart, internalSecret: string): SmallSubgraph {
  const schema = enforceAccess<{ identity: InternalIdentity }>(
    buildSubgraphSchema([{ typeDefs: parse(part.sdl), resolvers: part.resolvers as never }]),
    (context) => context.identity,
  );
  const verify = createIdentityVerifier(internalSecret);
  const subgraph: SmallSubgraph = {
    name,
    calls: [],
    instead: undefined,
    execute: async ({ document, variables, operationName, headers }) => {
      subgraph.calls.push({ document, headers });
      if (subgraph.instead) return subgraph.instead();
      const identity = await verify(headers[identityHeader]);
      if (!identity) return { errors: [unauthenticated()] };
      const faults = validate(schema, document);
      if (faults.length > 0) return { errors: faults };
      return execute({
        schema,
        document,
        contextValue: { identity },
        variableValues: variables,
        operationName: operationName ?? null,
      });
    },
  };
  return subgraph;
}

async function serve(subgraph: SmallSubgraph, opening: AsyncDisposableStack): Promise<string> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { query, variables, operationName } = JSON.parse(text);
    const headers = request.headers as Record<string, string>;
    try {
      const result = await subgraph.execute({
        document: parse(query),
        variables,
        operationName,
        headers,
        signal: new AbortController().signal,
      });
      response.writeHead(result.data === undefined ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(result));
    } catch {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`Error at 10.0.0.7:5432 in /srv/app/secret.ts`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opening.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
