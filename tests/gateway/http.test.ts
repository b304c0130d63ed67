import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { HealthPart } from '@cda/gateway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

let graph: SmallGraph;
let url: string;
let token: string;
let webRoot: string;
let database: HealthPart = { status: 'up' };

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'cda-web-'));
  await mkdir(join(webRoot, 'assets'));
  await mkdir(join(webRoot, 'graphiql'));
  await writeFile(
    join(webRoot, 'index.html'),
    '<!doctype html><script>document.body</script><script src="/assets/a.js"></script>',
  );
  await writeFile(join(webRoot, 'graphiql/index.html'), '<!doctype html><title>GraphiQL</title>');
  await writeFile(join(webRoot, 'assets/a-1234.js'), 'export {};');
  await writeFile(join(webRoot, '.env'), 'SECRET=1');
  await writeFile(join(webRoot, 'notes.sql'), 'select 1');
  await writeFile(join(tmpdir(), `cda-outside-${process.pid}.txt`), 'outside');
  graph = await openSmallGraph({
    gateway: {
      webRoot,
      health: { database: async () => database, models: async () => ({ status: 'up', oldestDays: 3 }) },
      allowedOrigins: ['https://shop.example'],
    },
  });
  url = graph.gateway.url;
  token = await graph.token('ADMIN');
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await rm(webRoot, { recursive: true });
  await rm(join(tmpdir(), `cda-outside-${process.pid}.txt`));
});

/** A request as written, without what fetch adds by itself. */
function send(options: {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request(
      {
        hostname,
        port,
        method: options.method ?? 'POST',
        path: options.path ?? '/graphql',
        headers: options.headers ?? {},
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ query: '{ orders }' });

describe('requests from other sites', () => {
  const get = '/graphql?query=%7B%20orders%20%7D';
  const cookie = async () => ({ cookie: `cda_session=${await graph.token('ADMIN')}` });

  test.each([
    ['a page of ours', 'GET', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a page of ours, by POST', 'POST', { ...json, 'sec-fetch-site': 'same-origin' }, 200],
    ['an address typed in', 'GET', { 'sec-fetch-site': 'none' }, 200],
    ['another site, by GET', 'GET', { 'sec-fetch-site': 'cross-site' }, 400],
    ['a sibling site', 'GET', { 'sec-fetch-site': 'same-site' }, 400],
    ['another site, by POST', 'POST', { ...json, 'sec-fetch-site': 'cross-site' }, 400],
    [
      'another site that claims a preflight',
      'POST',
      { ...json, 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' },
      400,
    ],
    ['an old browser, an image of another site', 'GET', { accept: 'image/*' }, 400],
    ['an old browser, nothing said', 'GET', {}, 400],
    ['an old browser with a header that needs a preflight', 'GET', { 'apollo-require-preflight': '1' }, 200],
    ['an old browser with an empty one', 'GET', { 'apollo-require-preflight': '' }, 400],
    ['an old browser, JSON', 'POST', json, 200],
    ['an old browser, JSON of another origin', 'POST', { ...json, origin: 'https://evil.example' }, 400],
    ['an old browser, JSON of no origin', 'POST', { ...json, origin: 'null' }, 400],
    ['an old browser, GET of another origin', 'GET', { origin: 'https://evil.example' }, 400],
    ['an allowed origin, which gets no cookie rights', 'POST', { ...json, origin: 'https://shop.example' }, 400],
  ])('signed in by cookie, %s: %s', async (_name, method, headers, status) => {
    const answer = await send({
      method,
      path: method === 'GET' ? get : '/graphql',
      headers: { ...(await cookie()), ...headers },
      ...(method === 'POST' ? { body } : {}),
    });
    expect(answer.status).toBe(status);
    if (status === 200) expect(JSON.parse(answer.text)).toMatchObject({ data: { orders: 7 } });
    else expect(JSON.parse(answer.text).errors[0].extensions.code).toBe('CROSS_SITE');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/graphql',
    'text/plain; x=application/json',
    '',
  ])('a body of the type "%s" is not taken, whoever asks', async (type) => {
    for (const headers of [await cookie(), { authorization: `Bearer ${token}` }]) {
      const answer = await send({
        headers: { ...headers, ...(type ? { 'content-type': type } : {}), 'sec-fetch-site': 'same-origin' },
        body,
      });
      expect(answer.status).toBe(415);
    }
  });

  test('mutations do not come by GET', async () => {
    const path = `/graphql?query=${encodeURIComponent('mutation { rename(id: "1", name: "x") { id } }')}`;
    const answer = await send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
  });

  test('a page of an allowed origin may use a key; cookies and other origins are not let in', async () => {
    const allowed = await send({ method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect(allowed.status).toBe(204);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(allowed.headers['access-control-allow-credentials']).toBeUndefined();
    const other = await send({ method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('bodies', () => {
  const auth = () => ({ ...json, authorization: `Bearer ${token}` });

  test('more than 1 MB is refused, sent plain, without a length, or packed', async () => {
    const big = JSON.stringify({ query: '{ orders }', variables: { x: 'y'.repeat(1_100_000) } });
    expect((await send({ headers: auth(), body: big })).status).toBe(413);
    expect((await send({ headers: { ...auth(), 'transfer-encoding': 'chunked' }, body: big })).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await send({ headers: { ...auth(), 'content-encoding': 'gzip' }, body: bomb })).status).toBe(413);
  });

  test('a packed body is read', async () => {
    const answer = await send({ headers: { ...auth(), 'content-encoding': 'gzip' }, body: gzipSync(body) });
    expect(JSON.parse(answer.text)).toMatchObject({ data: { orders: 7 } });
  });

  test.each([
    ['no JSON', '{"query": '],
    ['a list: batches are off', `[${body},${body}]`],
    ['a text', '"query"'],
    ['null', 'null'],
    ['nothing', ''],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['persisted query without a hash', '{"extensions":{"persistedQuery":{"version":1}}}'],
    [
      'persisted query of another version',
      `{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"${'0'.repeat(64)}"}}}`,
    ],
    [
      'a hash that is not that of the query',
      `{"query":"{ orders }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(64)}"}}}`,
    ],
  ])("%s: 400 with a code, or 200 in GraphQL's own terms", async (_name, text) => {
    const answer = await send({ headers: { ...auth(), accept: 'application/graphql-response+json' }, body: text });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  test('an unknown packing or another character set is refused', async () => {
    expect((await send({ headers: { ...auth(), 'content-encoding': 'zstd' }, body })).status).toBe(415);
    expect((await send({ headers: { ...auth(), 'content-encoding': 'gzip' }, body })).status).toBe(400);
    const headers = { ...auth(), 'content-type': 'application/json; charset=utf-16' };
    expect((await send({ headers, body })).status).toBe(415);
  });

  test('a persisted query is asked for by its hash once it was sent', async () => {
    const query = '{ shop { name } }';
    const hash = '2ea6e9e4d5a0a8c5'.padEnd(64, '0');
    const unknown = { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } };
    const first = await send({ headers: auth(), body: JSON.stringify(unknown) });
    expect(JSON.parse(first.text).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    const { createHash } = await import('node:crypto');
    const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } };
    const sent = await send({ headers: auth(), body: JSON.stringify({ query, extensions }) });
    expect(JSON.parse(sent.text)).toMatchObject({ data: { shop: { name: 'Shop' } } });
    const path = `/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const again = await send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } });
    expect(JSON.parse(again.text)).toMatchObject({ data: { shop: { name: 'Shop' } } });
  });

  test('an operation that is not in the document is told by name, and so is a choice that was not made', async () => {
    const documents = JSON.stringify({ query: 'query A { orders } query B { orders }', operationName: 'C' });
    expect(JSON.parse((await send({ headers: auth(), body: documents })).text).errors[0]).toMatchObject({
      message: 'The document holds no operation named "C".',
      extensions: { code: 'OPERATION_NOT_FOUND' },
    });
    const one = JSON.stringify({ query: 'query A { orders } query B { shop { name } }', operationName: 'B' });
    expect(JSON.parse((await send({ headers: auth(), body: one })).text)).toMatchObject({
      data: { shop: { name: 'Shop' } },
    });
  });
});

describe('hostile HTTP', () => {
  /** Sends bytes as they are; resolves with what came back when the server closes. */
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve(text));
      // A server that refuses may close while we still write; what it said before that counts.
      socket.on('error', () => resolve(text));
    });

  test.each([
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n{}   ',
    ],
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ],
    ['a header that is folded', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n'],
    ['headers of 20 KB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\nConnection: close\r\n\r\n`],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
  ])('%s: a 4xx and a closed connection', async (_name, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test.each([
    '//evil.example/graphql',
    '/%',
    '/%00',
    '/..%2f..%2fetc/passwd',
    '/assets/../../../etc/passwd',
    '/\\..\\x',
  ])('the address %s: no 500, and nothing of the disk', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|303|400|404) /);
    expect(answer).not.toMatch(/root:|outside/);
  });

  test('a hundred clients that send half a request do not stop the others', async () => {
    const { hostname, port } = new URL(url);
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-'),
      );
      socket.on('error', () => {});
      return socket;
    });
    await delay(50);
    expect((await ask(url, '{ orders }', { token })).data).toEqual({ orders: 7 });
    for (const socket of sockets) socket.destroy();
  });
});

describe('pages', () => {
  test('come with a policy that names the inline script by hash and nothing from elsewhere', async () => {
    const answer = await fetch(`${url}/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}='/);
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
  });

  test('an address of the router gets the start page, a missing file does not', async () => {
    expect(await (await fetch(`${url}/customers/abc`)).text()).toContain('/assets/a.js');
    expect(await (await fetch(`${url}/graphiql`)).text()).toContain('GraphiQL');
    expect((await fetch(`${url}/assets/missing.js`)).status).toBe(404);
    expect((await fetch(`${url}/missing.png`)).status).toBe(404);
  });

  test('built files may be kept for ever, pages are asked for each time', async () => {
    const asset = await fetch(`${url}/assets/a-1234.js`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    const pageAnswer = await fetch(`${url}/`);
    const tag = pageAnswer.headers.get('etag') as string;
    expect(pageAnswer.headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${url}/`, { headers: { 'if-none-match': tag } })).status).toBe(304);
  });

  test('texts are packed for those who take it, the same file to the last byte', async () => {
    const text = `export const text = '${'pack '.repeat(2_000)}';`;
    await writeFile(join(webRoot, 'assets/big-1.js'), text);
    for (const [accept, encoding] of [
      ['br, gzip', 'br'],
      ['gzip;q=0.5', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const answer = await send({ method: 'GET', path: '/assets/big-1.js', headers: { 'accept-encoding': accept } });
      expect([accept, answer.headers['content-encoding']]).toEqual([accept, encoding]);
      expect(Number(answer.headers['content-length'])).toBeLessThan(encoding ? 500 : 20_000);
      expect(answer.headers['vary']).toBe('accept-encoding');
    }
    expect(await (await fetch(`${url}/assets/big-1.js`)).text()).toBe(text);
    const changed = text.replace('pack', 'PACK');
    await writeFile(join(webRoot, 'assets/big-1.js'), changed);
    expect(await (await fetch(`${url}/assets/big-1.js`)).text()).toBe(changed);
  });

  test('hidden files, other kinds of files and the world outside are not given out', async () => {
    await symlink('/etc/hostname', join(webRoot, 'assets/link.unknown')).catch(() => {});
    for (const path of [
      '/.env',
      '/notes.sql',
      '/assets/..%2f..%2f.env',
      `/..%2fcda-outside-${process.pid}.txt`,
      '/assets/link.unknown',
    ]) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }
  });
});

describe('health', () => {
  test('live is live, ready shows each part', async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'live' });
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        parts: {
          circuits: { status: 'up', open: [] },
          database: { status: 'up' },
          models: { status: 'up', oldestDays: 3 },
          supergraph: { status: 'up', since: expect.any(String) },
        },
      },
    ]);
  });

  test('a part that is down takes the gateway out of service, one that is degraded does not', async () => {
    database = { status: 'degraded' };
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    database = { status: 'down' };
    const answer = await fetch(`${url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'not ready' });
    database = { status: 'up' };
  });

  test("figures are there, in Prometheus' terms", async () => {
    await ask(url, '{ orders }', { token });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/cda_graphql_request_seconds_count\{outcome="ok"\} \d+/);
    expect(text).toMatch(/cda_subgraph_fetch_seconds_count\{subgraph="analytics",outcome="ok"\} \d+/);
  });

  test('public keys are there, and no private part of them', async () => {
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});

describe('closing', () => {
  test('readiness goes off first, what is under way ends, then the door is shut', async () => {
    const closing = await openSmallGraph({ gateway: { drainMs: 200 } });
    const address = closing.gateway.url;
    let release: (() => void) | undefined;
    closing.subgraphs.analytics.instead = async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { data: { orders: 8 } };
    };
    const underWay = ask(address, '{ orders }', { token: await closing.token('VIEWER') });
    while (!release) await delay(5);
    const closed = closing.gateway.close();
    const ready = await fetch(`${address}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining', parts: expect.anything() }]);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
    await delay(250);
    release();
    expect((await underWay).data).toEqual({ orders: 8 });
    await closed;
    await expect(fetch(`${address}/health/live`)).rejects.toThrow();
    await closing[Symbol.asyncDispose]();
  });

  test('a taken port is told plainly', async () => {
    const port = graph.gateway.port;
    await expect(openSmallGraph({ gateway: { port } })).rejects.toThrow(`Port ${port} is in use.`);
  });
});
