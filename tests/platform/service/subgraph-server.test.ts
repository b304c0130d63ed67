import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { type SubgraphServer, serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSystem } from '../../../standalone/src/system.ts';
import { createTestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

const open = new AsyncDisposableStack();
let server: SubgraphServer;

beforeAll(async () => {
  const { url } = open.use(await createTestDatabase(emptyShop));
  const system = open.use(await startSystem({ adminUrl: url, internalSecret: testSecret, log: silentLog }));
  server = open.use(
    await serveSubgraph(system.subgraphs.products, {
      port: 0,
      host: '127.0.0.1',
      internalSecret: testSecret,
      log: silentLog,
    }),
  );
});

afterAll(() => open.disposeAsync());

async function identity(secret = testSecret): Promise<Record<string, string>> {
  const sign = createIdentitySigner(secret);
  return { [identityHeader]: await sign({ subject: 'service:gateway', scopes: [], locale: 'EN' }) };
}

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return {
    status: response.status,
    answer: (await response.json()) as { data?: unknown; errors?: { extensions: object }[] },
  };
}

const sdl = JSON.stringify({ query: '{ _service { sdl } }' });

test('answers a caller whom the gateway vouches for', async () => {
  const { status, answer } = await post(sdl, await identity());
  expect(status).toBe(200);
  expect(answer).toHaveProperty('data._service.sdl', expect.stringContaining('type Product'));
});

test.each([
  ['without an identity', async () => ({})],
  ['with an identity signed by another secret', () => identity('another-secret-that-is-long-enough-0123456789')],
  ['with an identity that is no token', async () => ({ [identityHeader]: 'service:gateway' })],
])('tells nothing, not even its schema, to a caller %s', async (_, headers) => {
  const { status, answer } = await post(sdl, await headers());
  expect(status).toBe(401);
  expect(answer).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] });
});

test.each([
  ['no JSON', 'query { x }'],
  ['JSON without a query', '{"variables":{}}'],
  ['a query of another graph', '{"query":"{ nothingOfOurs }"}'],
  ['a query that does not parse', '{"query":"{ a "}'],
])('refuses %s without running anything', async (_, body) => {
  const { status, answer } = await post(body, await identity());
  expect(status).toBe(400);
  expect(answer.errors).toHaveLength(1);
  expect(answer).not.toHaveProperty('data');
});

test('refuses a body past its limit', async () => {
  const { status } = await post(JSON.stringify({ query: ' '.repeat(9_000_000) }), await identity());
  expect(status).toBe(413);
});

test('shows its health and figures, and nothing else', async () => {
  const at = (path: string) => fetch(new URL(path, server.url));
  expect(await (await at('/health/ready')).json()).toMatchObject({ status: 'ready', database: true });
  expect((await at('/health/live')).status).toBe(200);
  expect(await (await at('/metrics')).text()).toContain('cda_process_cpu');
  expect((await at('/graphql')).status).toBe(404);
  expect((await at('/')).status).toBe(404);
});
