import { connect, type Socket } from 'node:net';
import { registry } from '@cda/platform/telemetry/metrics.ts';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

let graph: SmallGraph;
let token: string;
beforeAll(async () => {
  graph = await openSmallGraph();
  token = await graph.token('VIEWER');
});
afterAll(() => graph[Symbol.asyncDispose]());

/** A client that sends one sign a second for as long as it is let. */
class SlowClient {
  readonly socket: Socket;
  closed = false;
  answer = '';
  readonly #timer: NodeJS.Timeout;

  constructor(begin: string, drip: string) {
    this.socket = connect(graph.gateway.port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.answer += bytes.toString();
    });
    this.socket.on('close', () => {
      this.closed = true;
      clearInterval(this.#timer);
    });
    this.socket.write(begin);
    this.#timer = setInterval(() => this.socket.write(drip), 1_000);
  }
}

describe('200 clients that are slow', () => {
  test('stop nobody else, and are sent away', async () => {
    const head = `POST /graphql HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
    const clients = [
      ...Array.from({ length: 100 }, () => new SlowClient(head, 'x-')),
      ...Array.from({ length: 100 }, () => new SlowClient(`${head}content-length: 1000000\r\n\r\n{"query":"`, ' ')),
    ];
    await expect.poll(() => clients.filter(({ socket }) => socket.readyState === 'open').length).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => ask(graph.gateway.url, '{ orders }', { token })),
    );
    expect(answers.map(({ data }) => data)).toEqual(Array(300).fill({ orders: 7 }));
    expect(clients.filter(({ closed }) => !closed)).toHaveLength(200);
    // Node's own limits are 60 and 300 s; ours are 5 s for the head and 10 s for all.
    await expect.poll(() => clients.filter(({ closed }) => !closed).length, { timeout: 25_000 }).toBe(0);
    expect(clients.every(({ answer }) => answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer))).toBe(true);
    expect((await ask(graph.gateway.url, '{ orders }', { token })).data).toEqual({ orders: 7 });
  }, 60_000);

  test('and those that wait for a place in the queue give it up when they go', async () => {
    await using narrow = await openSmallGraph({ gateway: { concurrency: { running: 1, waiting: 100 } } });
    const viewer = await narrow.token('VIEWER');
    const { users } = narrow.subgraphs;
    // A probe may ask the subgraph too, since its answer takes so long.
    const slow = () => users.calls.filter(({ document }) => print(document).includes('slow')).length;
    const askFor = (signal: AbortSignal) =>
      fetch(`${narrow.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${viewer}` },
        body: JSON.stringify({ query: '{ slow }' }),
        signal,
      }).catch(() => 'gone');
    const waiting = async () => (await registry.getSingleMetric('cda_operations_waiting')?.get())?.values[0]?.value;
    const [holds, waits] = [new AbortController(), new AbortController()];
    const first = askFor(holds.signal);
    await expect.poll(slow).toBe(1);
    const others = Array.from({ length: 50 }, () => askFor(waits.signal));
    await expect.poll(waiting, { timeout: 10_000 }).toBeGreaterThanOrEqual(49);
    waits.abort();
    expect(await Promise.all(others)).toEqual(Array(50).fill('gone'));
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    expect(slow()).toBe(1);
    holds.abort();
    expect(await first).toBe('gone');
    expect((await ask(narrow.gateway.url, '{ orders }', { token: viewer })).data).toEqual({ orders: 7 });
  });
});
