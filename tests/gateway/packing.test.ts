import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

let graph: SmallGraph;
let token: string;
beforeAll(async () => {
  graph = await openSmallGraph();
  token = await graph.token('ADMIN');
});
afterAll(() => graph[Symbol.asyncDispose]());

interface Sent {
  encoding: string | undefined;
  vary: string | undefined;
  bytes: Buffer;
}

/** One request by Node's own client, which unpacks nothing. */
const send = (query: string, acceptEncoding?: string): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const call = request(
      `${graph.gateway.url}/graphql`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            encoding: response.headers['content-encoding'],
            vary: response.headers.vary,
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(JSON.stringify({ query }));
  });

const long = '{ customers(first: 100) { edges { node { id name email } } } }';

describe('answers', () => {
  test('that are long come packed as the client takes them', async () => {
    const plain = await send(long);
    expect(plain.encoding).toBeUndefined();
    expect(plain.bytes.length).toBeGreaterThan(5_000);
    const [gzip, br, refused] = [
      await send(long, 'gzip, deflate'),
      await send(long, 'gzip, br'),
      await send(long, 'br;q=0, gzip;q=0'),
    ];
    expect([gzip.encoding, br.encoding, refused.encoding]).toEqual(['gzip', 'br', undefined]);
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    expect(brotliDecompressSync(br.bytes).equals(plain.bytes)).toBe(true);
    expect(gzip.bytes.length * 4).toBeLessThan(plain.bytes.length);
    expect([plain.vary, gzip.vary]).toEqual(['accept-encoding', 'accept-encoding']);
  });

  test('that are short, come of a mutation, or repeat the words of the client in an error, come as they are', async () => {
    const words = 'x'.repeat(4_000);
    for (const query of [
      '{ orders }',
      `mutation { rename(id: "1", name: "${words}") { name } }`,
      `{ customer(id: "1") { ${words} } }`,
    ]) {
      expect((await send(query, 'gzip, br')).encoding).toBeUndefined();
    }
  });
});
