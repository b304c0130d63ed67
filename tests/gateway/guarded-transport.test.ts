import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Transport } from '../../gateway/src/graph/data-source.ts';
import {
  type GuardedTransport,
  guardTransport,
  SubgraphRefused,
  type TransportLimits,
} from '../../gateway/src/graph/guarded-transport.ts';
import { httpTransport } from '../../gateway/src/graph/http-transport.ts';
import { noAnswer } from '../../gateway/src/graph/within.ts';
import { ask } from '../graph/ask.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { openSmallGraph } from './small-graph.ts';

let server: Server;
let proxy: TcpProxy;
let served: string[] = [];
let hangs = false;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { query } = JSON.parse(text) as { query: string };
    served.push(query);
    if (hangs && query.includes('slow')) return;
    response.end('{"data":{"a":1}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const opened: { guard: GuardedTransport; close: () => Promise<void> }[] = [];
const guardOf = (limits: Partial<TransportLimits> = {}): GuardedTransport => {
  const { transport, close } = httpTransport(`http://127.0.0.1:${proxy.port}/graphql`, 2_000);
  const guard = guardTransport('users', transport, (signal) => call(transport, '{ __typename }', signal), {
    timeoutMs: 1_000,
    suspicionMs: 200,
    probeEveryMs: 100,
    probeTimeoutMs: 200,
    ...limits,
  });
  opened.push({ guard, close });
  return guard;
};
const call = (transport: Transport, query: string, signal = new AbortController().signal) =>
  transport({ query, variables: {}, operationName: undefined, headers: {}, signal });
const probes = () => served.filter((query) => query === '{ __typename }').length;

beforeEach(async () => {
  proxy = await startTcpProxy((server.address() as AddressInfo).port);
  served = [];
  hangs = false;
});
afterEach(async () => {
  for (const { guard, close } of opened.splice(0)) {
    guard.close();
    await proxy.set('gone');
    await close();
  }
  await proxy[Symbol.asyncDispose]();
});

describe('a subgraph behind a network', () => {
  test('that is dead: after some failures nobody asks it any more, and it is asked again when it is back', async () => {
    const { transport, isOpen } = guardOf({ failures: 3, suspicionMs: 60_000 });
    await proxy.set('gone');
    for (let i = 0; i < 3; i++) await expect(call(transport, '{ a }')).rejects.toThrow();
    expect(isOpen()).toBe(true);
    await proxy.set('silent');
    const before = proxy.opened;
    // Refused at once: not one of a thousand reaches the network; only the probe does.
    const refused = await Promise.allSettled(Array.from({ length: 1_000 }, () => call(transport, '{ a }')));
    expect(refused.every((one) => one.status === 'rejected' && one.reason instanceof SubgraphRefused)).toBe(true);
    expect(proxy.opened - before).toBeLessThanOrEqual(2);
    await proxy.set('pass');
    await expect.poll(isOpen, { timeout: 10_000 }).toBe(false);
    expect((await call(transport, '{ a }')).data).toEqual({ a: 1 });
  });

  test('that is open at one end only: found out by a probe, and those who wait are told', async () => {
    const { transport, isOpen } = guardOf({ timeoutMs: 60_000 });
    expect((await call(transport, '{ a }')).data).toEqual({ a: 1 });
    await proxy.set('silent');
    const waiting = await Promise.allSettled([call(transport, '{ a }'), call(transport, '{ a }')]);
    expect(waiting.map((one) => one.status === 'rejected' && one.reason)).toEqual([
      expect.any(SubgraphRefused),
      expect.any(SubgraphRefused),
    ]);
    expect(isOpen()).toBe(true);
    await proxy.set('pass');
    await expect.poll(isOpen, { timeout: 10_000 }).toBe(false);
  });

  test('that is slow with one query answers the probe, and goes on being asked', async () => {
    const { transport, isOpen } = guardOf({ timeoutMs: 700 });
    hangs = true;
    await expect(call(transport, '{ slow }')).rejects.toBe(noAnswer);
    expect(probes()).toBeGreaterThan(0);
    expect(isOpen()).toBe(false);
    expect((await call(transport, '{ a }')).data).toEqual({ a: 1 });
  });

  test('a query whose connection broke is sent once more, a mutation and one that took too long are not', async () => {
    const broken: string[] = [];
    const fails: Transport = async ({ query }) => {
      broken.push(query);
      throw new Error('ECONNRESET');
    };
    const guard = guardTransport('users', fails, async () => ({}), { timeoutMs: 1_000, failures: 100 });
    for (const query of ['{ a }', 'query Q { a }', 'mutation { b }', 'mutation M { b }']) {
      await expect(call(guard.transport, query)).rejects.toThrow('ECONNRESET');
    }
    guard.close();
    expect(broken).toEqual(['{ a }', '{ a }', 'query Q { a }', 'query Q { a }', 'mutation { b }', 'mutation M { b }']);
    hangs = true;
    const { transport } = guardOf({ timeoutMs: 150 });
    await expect(call(transport, '{ slow }')).rejects.toBe(noAnswer);
    expect(served.filter((query) => query.includes('slow'))).toHaveLength(1);
  });

  test('a bounded number runs and waits; the others are refused without being sent', async () => {
    hangs = true;
    const { transport } = guardOf({ running: 2, waiting: 3, timeoutMs: 300, suspicionMs: 60_000, failures: 100 });
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => call(transport, '{ slow }')));
    const reasons = all.map((one) => (one.status === 'rejected' ? one.reason : undefined));
    expect(reasons.filter((reason) => reason instanceof SubgraphRefused)).toHaveLength(4);
    expect(reasons.filter((reason) => reason === noAnswer)).toHaveLength(5);
    expect(served).toHaveLength(5);
  });

  test('who goes away ends the call, and says nothing of the subgraph', async () => {
    hangs = true;
    const { transport, isOpen } = guardOf({ failures: 1, suspicionMs: 60_000 });
    const abort = new AbortController();
    const left = call(transport, '{ slow }', abort.signal);
    await expect.poll(() => served.length).toBe(1);
    abort.abort();
    await expect(left).rejects.toThrow('Nobody waits');
    expect(isOpen()).toBe(false);
  });
});

describe('a graph with a subgraph that hangs', () => {
  test('answers what the others know, tells the typed error at once, and has it back by itself', async () => {
    await using graph = await openSmallGraph();
    const viewer = await graph.token('VIEWER');
    const { analytics } = graph.subgraphs;
    const query = '{ orders product(id: "1") { name } }';
    const ready = async () =>
      (await (await fetch(`${graph.gateway.url}/health/ready`)).json()) as {
        status: string;
        parts: { circuits: unknown };
      };
    analytics.instead = () => new Promise(() => {});
    // Everybody who waits is told within the seconds that the probe takes, long before the limit of ten.
    const waiting = await ask(graph.gateway.url, query, { token: viewer });
    expect([waiting.data, waiting.codes]).toEqual([
      { orders: null, product: { name: 'Product 1' } },
      ['SUBGRAPH_UNAVAILABLE'],
    ]);
    expect(await ready()).toMatchObject({
      status: 'degraded',
      parts: { circuits: { status: 'degraded', open: ['analytics'] } },
    });
    const before = analytics.calls.length;
    for (let i = 0; i < 50; i++) {
      expect((await ask(graph.gateway.url, query, { token: viewer })).codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    }
    expect(analytics.calls.length - before).toBeLessThan(5);
    analytics.instead = undefined;
    await expect.poll(async () => (await ready()).status, { timeout: 10_000 }).toBe('ready');
    expect((await ask(graph.gateway.url, query, { token: viewer })).data).toEqual({
      orders: 7,
      product: { name: 'Product 1' },
    });
  }, 30_000);
});
