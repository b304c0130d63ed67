import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { parse } from 'graphql';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ask } from '../graph/ask.ts';
import { type HandFedGraph, openHandFedGraph } from './hand-fed-graph.ts';
import { codesOf, openSocket, type Result, readEvents } from './live-clients.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function open(...given: Parameters<typeof openHandFedGraph>): Promise<HandFedGraph> {
  const graph = await openHandFedGraph(...given);
  opened.push(() => graph[Symbol.asyncDispose]());
  return graph;
}

const said = 'subscription { said }';

interface RawSocket {
  socket: WebSocket;
  messages: { type: string; id?: string; payload?: unknown }[];
  send(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
  /** Sends the first message and waits for its answer. */
  init(token: string): Promise<void>;
}

/** A WebSocket without a client library around it, for what no good client does. */
async function rawSocket(url: string, headers: Record<string, string> = {}): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  opened.push(() => socket.terminate());
  const messages: RawSocket['messages'] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, 'open');
  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  return {
    socket,
    messages,
    closed,
    send,
    init: async (token) => {
      send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      await expect.poll(() => messages.some(({ type }) => type === 'connection_ack')).toBe(true);
    },
  };
}

const subscribe = (id: number | string, query = said) => ({ id: String(id), type: 'subscribe', payload: { query } });

describe('who asks', () => {
  test('without a proof, or with one that does not hold, there is nothing over either way', async () => {
    const graph = await open();
    const { url } = graph.gateway;
    const forged = await new SignJWT({ role: 'ADMIN' })
      .setProtectedHeader({ alg: 'HS256', kid: 'x', typ: 'at+jwt' })
      .setSubject('operator:ADMIN')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('a secret of somebody else, long enough'));
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"sub":"operator:ADMIN","role":"ADMIN"}').toString('base64url')}.`;
    const expired = await issueAccessToken(
      graph.secrets.access,
      { subject: 'operator:ADMIN', role: 'ADMIN' },
      60,
      new Date(Date.now() - 3_600_000),
    );
    for (const token of [undefined, 'x', forged, none, expired.token]) {
      const { read, closed } = openSocket(url, token === undefined ? {} : { token });
      read(said);
      expect((await closed).code).toBe(4401);
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: said }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ]);
    }
    expect(graph.streams).toHaveLength(0);
  });

  test('a subscription before the first message, and a first message that never comes, end the connection', async () => {
    const { gateway } = await open({ live: { initTimeoutMs: 100 } });
    const early = await rawSocket(gateway.url);
    early.send(subscribe(1));
    expect((await early.closed).code).toBe(4401);
    const silent = await rawSocket(gateway.url);
    expect((await silent.closed).code).toBe(4408);
  });

  test('a page of another site cannot use the cookie of ours, nor connect where it is not listed', async () => {
    const graph = await open({ allowedOrigins: ['https://shop.example'] });
    const { url } = graph.gateway;
    const { host } = new URL(url);
    const cookie = `cda_session=${await graph.token('ADMIN')}`;
    await expect(rawSocket(url, { cookie, origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(rawSocket(url, { cookie, origin: 'null' })).rejects.toThrow('403');
    const listed = await rawSocket(url, { cookie, origin: 'https://shop.example' });
    listed.send({ type: 'connection_init' });
    expect((await listed.closed).code).toBe(4401);
    const own = await rawSocket(url, { cookie, origin: `http://${host}` });
    own.send({ type: 'connection_init' });
    await expect.poll(() => own.messages[0]?.type).toBe('connection_ack');
    // As a stream of events it is a request like others, and the same defence holds.
    const stream = await fetch(`${url}/graphql?query=${encodeURIComponent(said)}`, {
      headers: { cookie, accept: 'text/event-stream', 'sec-fetch-site': 'cross-site' },
    });
    expect(stream.status).toBe(400);
  });

  test('a connection ends with the token that opened it', async () => {
    const graph = await open();
    const short = { subject: 'operator:ADMIN', role: 'ADMIN' } as const;
    const { token } = await issueAccessToken(graph.secrets.access, short, 1);
    const { read, closed } = openSocket(graph.gateway.url, { token });
    read(said);
    const events = readEvents(graph.gateway.url, 'subscription { standing }', { token });
    await graph.stream(1);
    expect((await closed).code).toBe(4403);
    // Without "complete": the client is to come back with a newer token.
    expect(await events.ended).not.toBe('complete');
    await expect.poll(() => graph.streams.every(({ over }) => over)).toBe(true);
  });

  test('other addresses, other protocols and other ways of upgrading are refused', async () => {
    const { gateway } = await open();
    const address = gateway.url.replace('http', 'ws');
    const refusal = async (socket: WebSocket): Promise<string> => String((await once(socket, 'error'))[0]);
    expect(await refusal(new WebSocket(`${address}/session`, 'graphql-transport-ws'))).toContain('404');
    expect(await refusal(new WebSocket(`${address}/graphql/x`, 'graphql-transport-ws'))).toContain('404');
    const old = new WebSocket(`${address}/graphql`, 'graphql-ws');
    expect(await Promise.race([refusal(old), once(old, 'close').then(([code]) => `closed ${code}`)])).toMatch(
      /subprotocol|closed 4406/,
    );
    const answer = await fetch(`${gateway.url}/health/live`);
    expect(answer.status).toBe(200);
  });
});

describe('what is asked', () => {
  test('all that is refused of queries is refused of subscriptions, without a stream being opened', async () => {
    const graph = await open({ limits: { depth: 3, aliases: 2, cost: 10 } });
    const { url } = graph.gateway;
    const token = await graph.token('ADMIN');
    const { client, read } = openSocket(url, { token });
    opened.push(() => client.dispose());
    const cases: [string, string][] = [
      ['subscription {', 'GRAPHQL_PARSE_FAILED'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { a: said standing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { moved { a: id b: id c: id } }', 'OPERATION_TOO_LARGE'],
      ['subscription { moved { ...F } } fragment F on Customer { ...F }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription ($id: Int!) { moved(id: $id) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription A { said } subscription B { said }', 'OPERATION_NOT_FOUND'],
      ['{ shop }', 'BAD_REQUEST'],
      ['mutation { two }', 'BAD_REQUEST'],
    ];
    for (const [query, code] of cases) {
      const over = await read(query).ended;
      expect([query, over]).toMatchObject([query, [{ extensions: { code } }]]);
      const events = readEvents(url, query, { token });
      expect([query, codesOf((await events.until(1))[0] as Result)]).toEqual([query, [code]]);
      expect(await events.ended).toBe('complete');
    }
    expect(graph.streams).toHaveLength(0);
  });

  test('a subscription that is sent as a query is told where to go', async () => {
    const graph = await open();
    const answer = await ask(graph.gateway.url, said, { token: await graph.token('ADMIN') });
    expect(answer.codes).toEqual(['BAD_REQUEST']);
    expect(answer.errors?.[0]?.message).toContain('text/event-stream');
  });

  test('where only listed operations are taken, that goes for subscriptions too', async () => {
    const graph = await open({
      operations: { mode: 'listed', listed: [parse('subscription { standing }')] },
    });
    const { client, read } = openSocket(graph.gateway.url, { token: await graph.token('ADMIN') });
    opened.push(() => client.dispose());
    expect(await read(said).ended).toMatchObject([{ extensions: { code: 'OPERATION_NOT_LISTED' } }]);
    read('subscription { standing }');
    await graph.stream(0);
  });
});

describe('how much', () => {
  test('of a thousand subscriptions on one connection only so many are opened', async () => {
    const graph = await open({
      live: { subscriptionsPerConnection: 20, messages: { burst: 2_000, perSecond: 1 } },
      rate: { burst: 2_000, perSecond: 1 },
    });
    const one = await rawSocket(graph.gateway.url);
    await one.init(await graph.token('ADMIN'));
    for (let i = 0; i < 1_000; i++) one.send(subscribe(i, `subscription { moved(id: "${i}") { id } }`));
    const refused = () => one.messages.filter(({ type }) => type === 'error');
    await expect.poll(() => refused().length, { timeout: 10_000 }).toBe(980);
    expect(new Set(refused().map(({ payload }) => codesOf({ errors: payload as never })[0]))).toEqual(
      new Set(['TOO_MANY_SUBSCRIPTIONS']),
    );
    await expect.poll(() => graph.streams.length).toBe(20);
    // One that ends makes room for another.
    one.send({ id: '0', type: 'complete' });
    await expect.poll(() => graph.streams.filter(({ over }) => over).length).toBe(1);
    one.send(subscribe('again'));
    await graph.stream(20);
  });

  test('of a thousand connections only so many are kept, of one viewer and of nobody known from one address', async () => {
    const viewers = await open({ live: { connectionsPerViewer: 10 } });
    const token = await viewers.token('ADMIN');
    const sockets = await Promise.all(Array.from({ length: 100 }, () => rawSocket(viewers.gateway.url)));
    for (const { send } of sockets) send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    const over = await Promise.all(
      sockets.map(({ closed, messages }) =>
        Promise.race([
          closed.then(({ code }) => code),
          expect
            .poll(() => messages.length, { timeout: 5_000 })
            .toBe(1)
            .then(() => 'open'),
        ]),
      ),
    );
    expect(over.filter((how) => how === 'open')).toHaveLength(10);
    expect(over.filter((how) => how === 4429)).toHaveLength(90);
    const events = await fetch(`${viewers.gateway.url}/graphql?query=${encodeURIComponent(said)}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    });
    expect([events.status, events.headers.get('retry-after')]).toEqual([429, '10']);

    const addresses = await open({ live: { unknownPerAddress: 50 } });
    const all = await Promise.all(Array.from({ length: 1_000 }, () => rawSocket(addresses.gateway.url)));
    const closed = new Set<RawSocket>();
    for (const socket of all) void socket.closed.then(() => closed.add(socket));
    await expect.poll(() => closed.size, { timeout: 10_000 }).toBe(950);
    // Whoever is refused does not hold up those who ask in the ordinary way.
    expect((await ask(addresses.gateway.url, '{ shop }', { token: await addresses.token('ADMIN') })).data).toEqual({
      shop: 'Shop',
    });
  });

  test.each([
    ['too long', (raw: RawSocket) => raw.send({ type: 'ping', payload: { text: 'x'.repeat(100_000) } }), 1009],
    ['not text', (raw: RawSocket) => raw.socket.send(Buffer.from([1, 2, 3])), 1003],
    ['not JSON', (raw: RawSocket) => raw.socket.send('{'), 4400],
    ['of no kind', (raw: RawSocket) => raw.send({ type: 'nonsense' }), 4400],
    ['nested', (raw: RawSocket) => raw.socket.send(`{"type":"ping","payload":${'['.repeat(5_000)}`), 4400],
    [
      'a flood',
      (raw: RawSocket) => {
        for (let i = 0; i < 500; i++) raw.send({ type: 'ping' });
      },
      4429,
    ],
    ['said twice', (raw: RawSocket) => raw.send({ type: 'connection_init' }), 4429],
  ])('a message that is %s ends its connection', async (_what, misbehave, code) => {
    const graph = await open();
    const raw = await rawSocket(graph.gateway.url);
    await raw.init(await graph.token('ADMIN'));
    misbehave(raw);
    expect((await raw.closed).code).toBe(code);
  });

  test('parameters that are none are told to be so, and the connection goes on', async () => {
    const graph = await open();
    const raw = await rawSocket(graph.gateway.url);
    await raw.init(await graph.token('ADMIN'));
    raw.send({
      id: 'a',
      type: 'subscribe',
      payload: { query: said, variables: {}, extensions: { persistedQuery: 1 } },
    });
    await expect.poll(() => raw.messages.at(-1)).toMatchObject({ id: 'a', type: 'error' });
    expect(raw.messages.at(-1)?.payload).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    raw.send(subscribe('b'));
    await graph.stream(0);
  });

  test('one who does not answer when asked whether they are there is let go', async () => {
    const graph = await open({ live: { pingMs: 50 } });
    const raw = await rawSocket(graph.gateway.url);
    await raw.init(await graph.token('ADMIN'));
    raw.send(subscribe(1));
    await graph.stream(0);
    raw.socket.pause();
    await expect.poll(() => graph.streams[0]?.over, { timeout: 3_000 }).toBe(true);
  });
});

describe('one who does not read', () => {
  const large = 'x'.repeat(64 * 1024);

  test('over a WebSocket is cut off; the others get everything', async () => {
    const graph = await open({ live: { waitingResults: 16 } });
    const token = await graph.token('ADMIN');
    const slow = await rawSocket(graph.gateway.url);
    await slow.init(token);
    slow.send(subscribe(1));
    const { client, read } = openSocket(graph.gateway.url, { token });
    opened.push(() => client.dispose());
    const good = read(said);
    const stream = await graph.stream(0);
    await expect.poll(() => subscribers(graph)).toBe(2);
    slow.socket.pause();
    for (let i = 1; i <= 400; i++) {
      stream.send({ result: { data: { said: `${i} ${large}` } } });
      await good.until(i);
    }
    expect(good.results.map(({ data }) => String(data?.['said']).split(' ')[0])).toEqual(
      Array.from({ length: 400 }, (_, i) => String(i + 1)),
    );
    await expect.poll(() => subscribers(graph)).toBe(1);
    slow.socket.resume();
    const { code } = await slow.closed;
    // The reason may no longer have got through to somebody who did not read.
    expect([4408, 1006]).toContain(code);
    expect(graph.streams).toHaveLength(1);
  });

  test('as a stream of events is cut off as well', async () => {
    const graph = await open({ live: { waitingResults: 16 } });
    const token = await graph.token('ADMIN');
    const { hostname, port } = new URL(graph.gateway.url);
    const slow = createConnection(Number(port), hostname);
    slow.on('error', () => {});
    opened.push(() => slow.destroy());
    slow.write(
      `GET /graphql?query=${encodeURIComponent(said)} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    slow.pause();
    const good = readEvents(graph.gateway.url, said, { token });
    const stream = await graph.stream(0);
    await expect.poll(() => subscribers(graph)).toBe(2);
    for (let i = 1; i <= 400; i++) {
      stream.send({ result: { data: { said: `${i} ${large}` } } });
      await good.until(i);
    }
    await expect.poll(() => subscribers(graph)).toBe(1);
    good.stop();
  });

  test('and reads alone is waited for, and cut off when patience ends', async () => {
    const graph = await open({ live: { waitingResults: 4, patienceMs: 200 } });
    const slow = await rawSocket(graph.gateway.url);
    await slow.init(await graph.token('ADMIN'));
    slow.send(subscribe(1));
    const stream = await graph.stream(0);
    slow.socket.pause();
    for (let i = 0; i < 400; i++) stream.send({ result: { data: { said: large } } });
    await expect.poll(() => stream.over, { timeout: 10_000 }).toBe(true);
  });

  test('gets of how things stand the latest only, however much there was between', async () => {
    const graph = await open({ live: { waitingResults: 2 } });
    const slow = await rawSocket(graph.gateway.url);
    await slow.init(await graph.token('ADMIN'));
    slow.send(subscribe(1, 'subscription { standing }'));
    const stream = await graph.stream(0);
    slow.socket.pause();
    for (let i = 1; i <= 400; i++) stream.send({ result: { data: { standing: `${i} ${large}` } }, state: true });
    await delay(200);
    slow.socket.resume();
    const last = () => JSON.stringify(slow.messages.at(-1)?.payload ?? '').slice(0, 40);
    await expect.poll(last, { timeout: 5_000 }).toContain('"standing":"400 ');
    expect(slow.messages.length).toBeLessThan(400);
  });
});

test('on the way out clients are told to connect again, and results that wait are not lost on the way', async () => {
  const graph = await openHandFedGraph();
  const token = await graph.token('ADMIN');
  const raw = await rawSocket(graph.gateway.url);
  await raw.init(token);
  raw.send(subscribe(1));
  const events = readEvents(graph.gateway.url, said, { token });
  const stream = await graph.stream(0);
  await expect.poll(() => subscribers(graph)).toBe(2);
  stream.send({ result: { data: { said: 'the last' } } });
  await events.until(1);
  await graph[Symbol.asyncDispose]();
  expect(await raw.closed).toEqual({ code: 1001, reason: expect.stringContaining('connect again') });
  expect(raw.messages.at(-1)).toMatchObject({ type: 'next', payload: { data: { said: 'the last' } } });
  expect(await events.ended).not.toBe('complete');
});

async function subscribers(graph: HandFedGraph): Promise<number> {
  const text = await (await fetch(`${graph.gateway.url}/metrics`)).text();
  return Number(/^cda_live_subscribers (.*)$/m.exec(text)?.[1]);
}
