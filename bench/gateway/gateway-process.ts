import '../../gateway/src/no-telemetry.ts';
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type InProcessSubgraph, startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { execute, parse } from 'graphql';
import { syntheticParts } from './synthetic.ts';

/** Ways to run the gateway that are compared. */
export type GatewayMode =
  | 'own, in process'
  | 'own, over HTTP'
  | 'stock executor, over HTTP'
  | 'stock @apollo/gateway, over HTTP';

interface Order {
  mode: GatewayMode;
  folder: string;
  supergraphPath: string;
  addresses: Record<SubgraphName, string>;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;

async function startOwn(): Promise<{ url: string; token: string }> {
  const secrets = await loadSecrets({ dataDir: order.folder, env: {} });
  const inProcess = (name: SubgraphName): InProcessSubgraph => {
    const { sdl, resolvers } = syntheticParts[name];
    const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
    return {
      name,
      execute: async ({ document, variables, operationName }) =>
        execute({ schema, document, variableValues: variables, operationName: operationName ?? null }),
    };
  };
  const gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    supergraphPath: order.supergraphPath,
    subgraphs: Object.fromEntries(
      subgraphNames.map((name) => [
        name,
        order.mode === 'own, in process' ? inProcess(name) : { url: order.addresses[name] },
      ]),
    ) as never,
    secrets,
    production: true,
    executor: order.mode.startsWith('own') ? 'own' : 'stock',
    log: silentLog,
    rate: { burst: 1e9, perSecond: 1e9 },
  });
  const { token } = await issueAccessToken(secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  return { url: `${gateway.url}/graphql`, token };
}

async function startStock(): Promise<{ url: string; token: string }> {
  const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');
  const { ApolloServer } = await import('@apollo/server');
  const { startStandaloneServer } = await import('@apollo/server/standalone');
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(order.supergraphPath, 'utf8'),
    buildService: ({ name }) => new RemoteGraphQLDataSource({ url: order.addresses[name as SubgraphName] }),
  });
  const quiet = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error };
  const { url } = await startStandaloneServer(new ApolloServer({ gateway, logger: quiet }), {
    listen: { port: 0, host: '127.0.0.1' },
  });
  return { url, token: '' };
}

const started = await (order.mode === 'stock @apollo/gateway, over HTTP' ? startStock() : startOwn());
process.send?.(started);
process.on('disconnect', () => process.exit());
