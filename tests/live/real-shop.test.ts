import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { identityHeader } from '@cda/platform/auth/internal-identity.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { type SubgraphServer, serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, field } from '../graph/ask.ts';
import { type OpenGraph, openGraph, supergraphPath } from '../graph/open-graph.ts';
import { testSecret } from '../system-template.ts';
import { codesOf, openSocket, type Reading, type Result, readEvents } from './live-clients.ts';

let graph: OpenGraph;
/** A second gateway, which reaches the subgraphs over HTTP. */
let apart: Gateway;
let admin: Pool;
const servers = new Map<SubgraphName, SubgraphServer>();
const opened = new AsyncDisposableStack();
/** What the subgraphs wrote into their logs about personal data. */
const audit: { subject?: string; fields?: string[] }[] = [];
const log = {
  ...silentLog,
  info: (fields: (typeof audit)[number] & { audit?: string }) =>
    fields.audit === 'personal-read' ? audit.push(fields) : undefined,
  child: () => log,
} as unknown as Log;

async function serve(name: SubgraphName, port = 0): Promise<SubgraphServer> {
  const server = await serveSubgraph(graph.system.subgraphs[name], {
    port,
    host: '127.0.0.1',
    internalSecret: testSecret,
    log: silentLog,
  });
  servers.set(name, server);
  return server;
}

beforeAll(async () => {
  const live = { recheckMs: 100 };
  graph = opened.use(await openGraph({ gateway: { live }, systemLog: log }));
  admin = opened.adopt(createPool(graph.adminUrl, { name: 'test', max: 2 }), (pool) => pool.end());
  const urls = await Promise.all(subgraphNames.map(async (name) => [name, { url: (await serve(name)).url }] as const));
  opened.defer(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
  });
  apart = opened.use(
    await startGateway({
      port: 0,
      host: '127.0.0.1',
      supergraphPath,
      subgraphs: Object.fromEntries(urls) as Record<SubgraphName, { url: string }>,
      secrets: graph.secrets,
      production: false,
      log: silentLog,
      drainMs: 0,
      subgraphTimeoutMs: 3_000,
    }),
  );
}, 120_000);
afterAll(() => opened.disposeAsync());

const tokenOf = async (role: Role): Promise<string> =>
  (await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role })).token;

let sent = 0;
interface Sending {
  userId?: string;
  event?: string;
  properties?: Record<string, unknown>;
}

/** Sends events and returns their ids. */
async function send(count: number, { userId = 'c1', event = 'Product Viewed', properties }: Sending = {}) {
  const input = Array.from({ length: count }, () => ({
    // The log numbers the events of one batch by their ids.
    messageId: `m-${String(++sent).padStart(6, '0')}`,
    event,
    userId,
    properties: properties ?? { product_id: 'p1' },
  }));
  const answer = await ask(
    graph.gateway.url,
    'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { accepted } } }',
    { token: await tokenOf('ADMIN'), variables: { input } },
  );
  expect(answer.data).toMatchObject({ trackEvents: { accepted: count } });
  return input.map(({ messageId }) => messageId);
}

const order = {
  event: 'Order Completed',
  properties: { order_id: 'o', currency: 'EUR', products: [{ product_id: 'p1', price: 12.5, quantity: 1 }] },
};

const tail =
  'subscription Tail ($where: EventWhere, $after: SafeInt) { eventsReceived(where: $where, after: $after) { seq messageId } }';
const eventOf = ({ data }: Result) => data?.['eventsReceived'] as { seq: number; messageId: string };
const messageIds = (results: readonly Result[]): string[] => results.map((result) => eventOf(result).messageId);

/** The number of the log that a stream which begins now goes on after. */
async function horizon(): Promise<number> {
  await graph.system.subgraphs.analytics.projector.catchUp();
  const { rows } = await admin.query<{ seq: string | null }>('SELECT max(seq) AS seq FROM events.log');
  return Number(rows[0]?.seq ?? 0);
}

/** Sends one event after another until the reading has seen one of them: from then on it misses nothing. */
async function begun(reading: Reading): Promise<void> {
  for (let i = 0; reading.results.length === 0 && i < 100; i++) {
    await send(1);
    await delay(50);
  }
  expect(reading.results.length).toBeGreaterThan(0);
}

test('what happens comes over both ways, at two gateways, in the order of the log, once', async () => {
  const token = await tokenOf('ADMIN');
  const sockets = [openSocket(graph.gateway.url, { token }), openSocket(apart.url, { token })];
  const readings = [
    ...sockets.map(({ read }) => read(tail)),
    ...[graph.gateway.url, apart.url].map((url) => readEvents(url, tail, { token })),
  ];
  for (const reading of readings) await begun(reading);
  const ids = [...(await send(40)), ...(await send(30)), ...(await send(30))];
  for (const reading of readings) {
    await expect.poll(() => messageIds(reading.results).slice(-100), { timeout: 10_000 }).toEqual(ids);
    const seqs = reading.results.map((result) => eventOf(result).seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    reading.stop();
  }
  for (const { client } of sockets) await client.dispose();
}, 30_000);

test('only what meets the conditions comes', async () => {
  const { client, read } = openSocket(graph.gateway.url, { token: await tokenOf('ADMIN') });
  const from = await horizon();
  const where = { customer: toGlobalId('Customer', 'u:picked'), name: { eq: 'Product Viewed' } };
  const reading = read(tail, { where, after: from });
  await send(5);
  await send(1, { userId: 'picked', ...order });
  const ids = await send(2, { userId: 'picked' });
  await reading.until(2);
  expect(messageIds(reading.results)).toEqual(ids);
  const bad = await read(tail, { where: { customer: 'x' } }).until(1);
  expect(codesOf(bad[0] as Result)).toEqual(['BAD_USER_INPUT']);
  await client.dispose();
});

test('a reader who leaves again and again and goes on at the last number misses nothing and gets nothing twice', async () => {
  const token = await tokenOf('ADMIN');
  let at = await horizon();
  const ids: string[] = [];
  const got: string[] = [];
  let sending = true;
  const sender = (async () => {
    for (let i = 0; i < 40; i++) {
      ids.push(...(await send(1 + (i % 25))));
      await delay(15);
    }
    sending = false;
  })();
  for (let visit = 0; sending || got.length < ids.length; visit++) {
    const url = visit % 2 ? apart.url : graph.gateway.url;
    const reading =
      visit % 3
        ? openSocket(url, { token }).read(tail, { after: at })
        : // As a browser's own EventSource comes back.
          readEvents(url, 'subscription { eventsReceived { seq messageId } }', {
            token,
            headers: { 'last-event-id': String(at) },
          });
    await Promise.race([reading.until(30), delay(150), reading.ended]).catch(() => {});
    const results = [...reading.results];
    reading.stop();
    got.push(...messageIds(results));
    const last = results.at(-1);
    if (last) at = eventOf(last).seq;
  }
  await sender;
  expect(got).toEqual(ids);
}, 60_000);

test('a part that goes away and comes back leaves no gap, and who reads notices nothing', async () => {
  const { client, read } = openSocket(apart.url, { token: await tokenOf('ADMIN') });
  const reading = read(tail);
  await begun(reading);
  const before = await send(10);
  const { port } = servers.get('analytics') as SubgraphServer;
  await servers.get('analytics')?.[Symbol.asyncDispose]();
  const during = await send(10);
  await serve('analytics', port);
  const after = await send(10);
  await expect
    .poll(() => messageIds(reading.results).slice(-30), { timeout: 15_000 })
    .toEqual([...before, ...during, ...after]);
  expect(reading.results.every(({ errors }) => errors === undefined)).toBe(true);
  await client.dispose();
}, 40_000);

test('a connection to the database that is cut costs no event', async () => {
  const { client, read } = openSocket(graph.gateway.url, { token: await tokenOf('ADMIN') });
  const reading = read(tail);
  await begun(reading);
  const cut = await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'live' AND datname = current_database()",
  );
  expect(cut.rowCount).toBeGreaterThan(0);
  const ids = await send(5);
  await expect.poll(() => messageIds(reading.results).slice(-5), { timeout: 10_000 }).toEqual(ids);
  await client.dispose();
}, 30_000);

test('one connection listens for a whole process, and none where nobody reads', async () => {
  const listening = async (): Promise<number> => {
    const { rows } = await admin.query<{ count: string }>(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'live' AND datname = current_database()",
    );
    return Number(rows[0]?.count);
  };
  await expect.poll(listening, { timeout: 5_000 }).toBe(0);
  const { client, read } = openSocket(graph.gateway.url, { token: await tokenOf('ADMIN') });
  read(tail);
  const metrics = read('subscription { metricsChanged { orders } }');
  const customer = read(`subscription { customerChanged(id: "${toGlobalId('Customer', 'u:c1')}") { id } }`);
  await Promise.all([metrics.until(1), customer.until(1)]);
  await expect.poll(listening).toBe(1);
  await client.dispose();
  await expect.poll(listening, { timeout: 5_000 }).toBe(0);
});

test('figures come at once, and again when an order has been counted in', async () => {
  const { client, read } = openSocket(apart.url, { token: await tokenOf('VIEWER') });
  const reading = read(
    'subscription { metricsChanged(range: LAST_7_DAYS, compareTo: PREVIOUS_PERIOD) { orders revenue { amountMinor } } }',
  );
  const figures = (result: Result | undefined) =>
    result?.data?.['metricsChanged'] as { orders: number; revenue: { amountMinor: number } };
  const { orders, revenue } = figures((await reading.until(1))[0]);
  await send(1, order);
  await expect
    .poll(() => figures(reading.results.at(-1)), { timeout: 10_000 })
    .toEqual({ orders: orders + 1, revenue: { amountMinor: revenue.amountMinor + 1_250 } });
  const bad = read('subscription { metricsChanged(between: { from: "2026-02-01", to: "2026-01-01" }) { orders } }');
  expect(codesOf((await bad.until(1))[0] as Result)).toEqual(['BAD_USER_INPUT']);
  await client.dispose();
}, 30_000);

test('a customer is followed with fields of all parts, and each reading of a name is written down', async () => {
  await send(1, { userId: 'watched' });
  await graph.system.catchUp();
  const id = toGlobalId('Customer', 'u:watched');
  const { client, read } = openSocket(apart.url, { token: await tokenOf('ANALYST') });
  const reading = read(
    `subscription ($id: ID!) { customerChanged(id: $id) {
       externalId name orderCount recommendations(first: 2) { edges { node { product { id } } } } } }`,
    { id },
  );
  const customer = (result: Result | undefined) => result?.data?.['customerChanged'] as Record<string, unknown>;
  expect(customer((await reading.until(1))[0])).toMatchObject({ externalId: 'watched', orderCount: 0 });
  const before = audit.length;
  await send(1, { userId: 'watched', ...order });
  await expect.poll(() => customer(reading.results.at(-1))?.['orderCount'], { timeout: 10_000 }).toBe(1);
  expect(customer(reading.results.at(-1))?.['recommendations']).toBeTruthy();
  expect(audit.slice(before).map(({ subject }) => subject)).toContain('operator:ANALYST');
  const others = reading.results.length;
  await send(3, { userId: 'somebody else' });
  await graph.system.catchUp();
  await delay(600);
  expect(reading.results).toHaveLength(others);
  await client.dispose();
}, 30_000);

test('a fit is followed from the queue to its end', async () => {
  const token = await tokenOf('ADMIN');
  const { client, read } = openSocket(apart.url, { token });
  const reading = read(
    'subscription { trainingProgress(models: ["analytics.forecast"]) { id model status progress } }',
  );
  expect((await reading.until(1))[0]).toEqual({ data: { trainingProgress: [] } });
  const answer = await ask(
    graph.gateway.url,
    'mutation { trainModel(name: "analytics.forecast") { ... on TrainingQueued { run { id } } } }',
    { token },
  );
  const { run } = field<{ run: { id: string } }>(answer, 'trainModel');
  const latest = (): unknown => (reading.results.at(-1)?.data?.['trainingProgress'] as unknown[] | undefined)?.[0];
  const asked = async (): Promise<unknown> => {
    const query = `{ trainingRun(id: "${run.id}") { id model status progress } }`;
    return (await ask(graph.gateway.url, query, { token })).data?.['trainingRun'];
  };
  // An empty shop has nothing to fit a model on.
  await expect.poll(asked, { timeout: 60_000, interval: 500 }).toMatchObject({ status: 'NOT_ENOUGH_DATA' });
  const end = await asked();
  await expect.poll(latest, { timeout: 5_000 }).toEqual(end);
  await client.dispose();
}, 90_000);

test('an unusual day is told once, when a version of the model finds it', async () => {
  const { client, read } = openSocket(apart.url, { token: await tokenOf('VIEWER') });
  const find = async (number: number, days: readonly string[]): Promise<void> => {
    // As a fit does it: the version and all that it finds, in one transaction.
    await admin.query(
      `WITH version AS (
         INSERT INTO registry.model_version (subgraph, model, version, status, as_of, duration_ms, rows, seed, parameters,
           metrics, primary_metric, value, baseline_name, baseline, higher_is_better)
         VALUES ('analytics', 'analytics.anomalies', $1, 'SUPERSEDED', now(), 1, 1, 1, '{}', '{}', 'f1', 1, 'none', 0, true)
         RETURNING id
       ), gone AS (DELETE FROM analytics.anomaly WHERE NOT day = ANY ($2))
       INSERT INTO analytics.anomaly (metric, day, version_id, as_of, value, expected, low, high, score, severity, reasons)
       SELECT 'REVENUE', day, version.id, now(), 1, 9, 8, 10, -9, 'CRITICAL', '[]' FROM version, unnest($2::date[]) AS day
       ON CONFLICT DO NOTHING`,
      [number, days],
    );
  };
  await find(1, ['2026-01-01']);
  const query =
    'subscription ($after: Date) { anomalyFound(where: { severity: WARNING }, after: $after) { date metric severity } }';
  const now = read(query);
  const after = read(query, { after: '2025-12-31' });
  const found = (reading: Reading) =>
    reading.results.map(({ data }) => (data?.['anomalyFound'] as { date: string } | undefined)?.date);
  await after.until(1);
  await delay(300);
  await find(2, ['2026-01-01', '2026-01-05', '2026-01-03']);
  await now.until(2);
  expect(found(now)).toEqual(['2026-01-03', '2026-01-05']);
  await after.until(3);
  expect(found(after)).toEqual(['2026-01-01', '2026-01-03', '2026-01-05']);
  await find(3, ['2026-01-01', '2026-01-05', '2026-01-03']);
  await delay(500);
  expect([now.results.length, after.results.length]).toEqual([2, 3]);
  await client.dispose();
}, 30_000);

test('who signs out, or loses what they might see, reads no further', async () => {
  const token = await tokenOf('ADMIN');
  /** Somebody new, signed in by the link that the administrator gets. */
  const signedIn = async (email: string): Promise<{ id: string; cookie: string }> => {
    const create = `mutation ($email: String!) { createAccount(input: { email: $email, name: "L", role: ANALYST }) {
      ... on CreatedAccount { account { id } signInCode { path } } } }`;
    const made = await ask(graph.gateway.url, create, { token, variables: { email } });
    const { account, signInCode } = field<{ account: { id: string }; signInCode: { path: string } }>(
      made,
      'createAccount',
    );
    const response = await fetch(graph.gateway.url + signInCode.path, { redirect: 'manual' });
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return { id: account.id, cookie: cookies.join('; ') };
  };
  const [first, second, third] = [
    await signedIn('one@shop.example'),
    await signedIn('two@shop.example'),
    await signedIn('three@shop.example'),
  ];
  const one = openSocket(graph.gateway.url, { headers: { cookie: first.cookie } });
  const two = openSocket(graph.gateway.url, { headers: { cookie: second.cookie } });
  const query = 'subscription { metricsChanged { orders } }';
  await Promise.all([one.read(query).until(1), two.read(query).until(1)]);
  const out = await fetch(`${graph.gateway.url}/session`, {
    method: 'DELETE',
    headers: { cookie: first.cookie, 'apollo-require-preflight': '1' },
  });
  expect(out.status).toBe(204);
  expect(await one.closed).toMatchObject({ code: 4401 });
  // At another gateway it is noticed too.
  const three = openSocket(graph.gateway.url, { headers: { cookie: third.cookie } });
  await three.read(query).until(1);
  await fetch(`${apart.url}/session`, {
    method: 'DELETE',
    headers: { cookie: third.cookie, 'apollo-require-preflight': '1' },
  });
  expect(await three.closed).toMatchObject({ code: 4401 });
  // The other goes on, until the account gets another role.
  const change = 'mutation ($id: ID!) { setAccountRole(account: $id, role: VIEWER) { __typename } }';
  expect((await ask(graph.gateway.url, change, { token, variables: { id: second.id } })).data).toEqual({
    setAccountRole: { __typename: 'ChangedAccount' },
  });
  expect(await two.closed).toMatchObject({ code: 4403 });
  // So does a program, until its key is taken away.
  const key = `mutation { createApiKey(input: { name: "live", kind: API }) { ... on CreatedApiKey { secret key { id } } } }`;
  const { secret, key: made } = field<{ secret: string; key: { id: string } }>(
    await ask(graph.gateway.url, key, { token }),
    'createApiKey',
  );
  const program = openSocket(graph.gateway.url, { token: secret });
  await program.read(query).until(1);
  await ask(graph.gateway.url, `mutation { revokeApiKey(id: "${made.id}") { __typename } }`, { token });
  expect(await program.closed).toMatchObject({ code: 4403 });
}, 30_000);

test('a subgraph opens no stream for whoever comes without the signature of the gateway', async () => {
  for (const headers of [{}, { [identityHeader]: 'x' }, { authorization: `Bearer ${await tokenOf('ADMIN')}` }]) {
    const answer = await fetch((servers.get('analytics') as SubgraphServer).url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query: 'subscription { eventsReceived { seq } }' }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, expect.stringContaining('json')]);
  }
});
