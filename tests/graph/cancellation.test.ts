import { type GatewayConfig, startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testSecret } from '../system-template.ts';
import { type OpenGraph, openGraph, supergraphPath } from './open-graph.ts';

let graph: OpenGraph;
let admin: Pool;
let holder: PoolClient;
let token: string;
const http = new AsyncDisposableStack();
const urls = new Map<string, string>();

beforeAll(async () => {
  graph = await openGraph();
  admin = createPool(graph.adminUrl, { name: 'watcher', max: 2 });
  ({ token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' }));
  urls.set('in process', graph.gateway.url);
  const servers = await Promise.all(
    subgraphNames.map(async (name) => {
      const config = { port: 0, host: '127.0.0.1', internalSecret: testSecret, log: silentLog };
      return [name, http.use(await serveSubgraph(graph.system.subgraphs[name], config))] as const;
    }),
  );
  const apart = await startGateway({
    port: 0,
    host: '127.0.0.1',
    supergraphPath,
    subgraphs: Object.fromEntries(servers.map(([name, { url }]) => [name, { url }])) as GatewayConfig['subgraphs'],
    secrets: graph.secrets,
    production: false,
    log: silentLog,
    drainMs: 0,
  });
  http.use(apart);
  urls.set('over HTTP', apart.url);
  // Whatever reads products now takes as long as the test likes.
  holder = await admin.connect();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE products.product IN ACCESS EXCLUSIVE MODE');
}, 180_000);
afterAll(async () => {
  await holder?.query('ROLLBACK');
  holder?.release();
  await admin?.end();
  await http.disposeAsync();
  await graph?.[Symbol.asyncDispose]();
});

const waiting = async (): Promise<number> => {
  const { rows } = await admin.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'products' AND state = 'active' AND wait_event_type = 'Lock'",
  );
  return rows[0]?.n ?? 0;
};

describe.each(['in process', 'over HTTP'])('a client that goes away, subgraphs %s', (how) => {
  test('takes its statement in PostgreSQL with it', async () => {
    const gone = new AbortController();
    const asked = fetch(`${urls.get(how)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ products(first: 5) { edges { node { id } } } }' }),
      signal: gone.signal,
    }).catch(() => 'gone');
    await expect.poll(waiting, { timeout: 5_000 }).toBe(1);
    gone.abort();
    expect(await asked).toBe('gone');
    // The statement's own limit is ten seconds, and so is the gateway's.
    await expect.poll(waiting, { timeout: 3_000 }).toBe(0);
  }, 20_000);
});
