import { resolve } from 'node:path';
import { type Gateway, startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startBenchSystem } from '../bench-system.ts';
import { type BenchGroup, type Measurement, measured, quantile } from '../measurement.ts';

const subscribers = 200;
const perSocket = 40;
const events = 1_000;
const batch = 50;

/** Live results: what equal subscriptions save, and how long an event takes to those who watch. */
export const liveGroup: BenchGroup = {
  name: 'live',
  about: `subscriptions: ${subscribers} readers that ask the same beside ${subscribers} that do not, and the delay of an event`,
  async *run(): AsyncGenerator<Measurement> {
    await using bench = await startBenchSystem();
    await using gateway = await startGateway({
      port: 0,
      host: '127.0.0.1',
      supergraphPath: resolve(import.meta.dirname, '../../schema/supergraph.graphql'),
      subgraphs: bench.system.subgraphs,
      secrets: bench.secrets,
      production: false,
      log: silentLog,
      drainMs: 0,
      rate: { burst: 1e6, perSecond: 1e6 },
      live: { messages: { burst: 1e6, perSecond: 1e6 }, waitingResults: 10_000 },
    });
    const { token } = await issueAccessToken(bench.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    const equal = await watch(gateway, token, () => '2000-01-01T00:00:00Z');
    // Another lower bound that all events meet: other variables, so a stream for each.
    const different = await watch(gateway, token, (i) => new Date(Date.UTC(2000, 0, 1) + i * 1000).toISOString());
    if (equal.delivered !== subscribers * events || different.delivered !== subscribers * events) {
      throw new Error(`${equal.delivered} and ${different.delivered} of ${subscribers * events} results came.`);
    }
    yield measured(
      'results a second of CPU, readers and database client included, equal subscriptions',
      [equal.delivered / equal.cpuSeconds, '/s'],
      ['different ones', different.delivered / different.cpuSeconds],
      { text: 'more than different ones', met: (_value, ratio) => ratio > 1 },
    );
    yield measured(
      'from sending an event to its reader, p99, equal subscriptions',
      [quantile(equal.delaysMs, 0.99), 'ms'],
      ['p50', quantile(equal.delaysMs, 0.5)],
    );
  },
};

interface Watched {
  delivered: number;
  cpuSeconds: number;
  delaysMs: number[];
}

/** Sends events while many watch, and waits until all have got all. */
async function watch(gateway: Gateway, token: string, since: (i: number) => string): Promise<Watched> {
  const clients = Array.from({ length: subscribers / perSocket }, () =>
    createClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
    }),
  );
  const query = `subscription ($since: DateTime) { eventsReceived(where: { occurredAt: { gte: $since } }) { seq messageId } }`;
  const acceptedAt = new Map<string, number>();
  const delaysMs: number[] = [];
  let delivered = 0;
  let warm = 0;
  const readers = Array.from({ length: subscribers }, (_, i) => {
    let begun = false;
    const next = ({ data }: { data?: Record<string, unknown> | null }): void => {
      const { messageId } = (data?.['eventsReceived'] ?? {}) as { messageId?: string };
      if (messageId?.startsWith('warm') && !begun) {
        begun = true;
        warm++;
      }
      const at = messageId === undefined ? undefined : acceptedAt.get(messageId);
      if (at === undefined) return;
      delivered++;
      delaysMs.push(performance.now() - at);
    };
    const sink = { next: next as never, error: (error: unknown) => Promise.reject(error), complete: () => {} };
    return clients[i % clients.length]?.subscribe({ query, variables: { since: since(i) } }, sink);
  });
  const run = crypto.randomUUID();
  const send = async (ids: readonly string[]): Promise<void> => {
    const input = ids.map((messageId) => ({
      messageId,
      event: 'Product Viewed',
      userId: 'u',
      properties: { product_id: 'p' },
    }));
    const document = 'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { __typename } }';
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: document, variables: { input } }),
    });
    await response.text();
  };
  const until = async (done: () => boolean): Promise<void> => {
    for (let i = 0; !done() && i < 600; i++) await new Promise((later) => setTimeout(later, 100));
  };
  for (let i = 0; warm < subscribers && i < 100; i++) {
    await send([`warm ${run} ${i}`]);
    await new Promise((later) => setTimeout(later, 200));
  }
  const before = process.cpuUsage();
  for (let from = 0; from < events; from += batch) {
    const ids = Array.from({ length: batch }, (_, i) => `${run} ${from + i}`);
    // Until the answer has come nobody knows that they were accepted; the clock starts when they are sent.
    for (const id of ids) acceptedAt.set(id, performance.now());
    await send(ids);
  }
  await until(() => delivered >= subscribers * events);
  const { user, system } = process.cpuUsage(before);
  for (const stop of readers) stop?.();
  await Promise.all(clients.map((client) => client.dispose()));
  return { delivered, cpuSeconds: (user + system) / 1e6, delaysMs };
}
