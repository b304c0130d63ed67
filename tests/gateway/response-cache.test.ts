import { createHash } from 'node:crypto';
import type { GatewayConfig } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { registry } from '@cda/platform/telemetry/metrics.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BoundedBytes } from '../../gateway/src/cache/bounded-bytes.ts';
import { createDataEpoch } from '../../gateway/src/cache/data-epoch.ts';
import { ask } from '../graph/ask.ts';
import { hasRedis, startRedis } from '../redis-fixture.ts';
import { type GraphPart, links, openSmallGraph, type SmallGraph, smallParts } from './small-graph.ts';

const cacheSdl = `
  directive @cacheControl(maxAge: Int!, scope: cacheControl__Scope! = PRIVATE) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum cacheControl__Scope { PUBLIC PRIVATE }`;
const cacheLinks = links.replace('"@inaccessible"', '"@inaccessible", "@composeDirective"').replace(
  'scalar DateTime',
  `@link(url: "https://shop.example/cacheControl/v1.0", import: ["@cacheControl"])
     @composeDirective(name: "@cacheControl") scalar DateTime ${cacheSdl}`,
);

let calls = 0;
let fails = false;
const analytics: GraphPart = {
  sdl: `${cacheLinks}
    type Query {
      shop: Shop @authenticated @cacheControl(maxAge: 60, scope: PUBLIC)
      mine: String @authenticated @cacheControl(maxAge: 60)
      fresh: Int @authenticated
      short: Int @authenticated @cacheControl(maxAge: 1)
      person: Person @authenticated @cacheControl(maxAge: 60)
      partial(nth: Int): [Int] @authenticated @cacheControl(maxAge: 60)
      slowly: Int @authenticated @cacheControl(maxAge: 60)
    }
    type Mutation { change: Int @authenticated trackEvents: Int @authenticated }
    type Person { key: String email: String @requiresScopes(scopes: [["personal:read"]]) }
    type Shop { name: String! visits: Int! today: Int @cacheControl(maxAge: 0) }`,
  resolvers: {
    Query: {
      shop: () => ({ name: 'Shop', visits: ++calls, today: calls }),
      mine: (_: unknown, __: unknown, { identity }: { identity: { subject: string } }) => {
        calls++;
        return identity.subject;
      },
      fresh: () => ++calls,
      short: () => ++calls,
      person: () => ({ key: 'a', email: `${++calls}@shop.example` }),
      partial: () => {
        calls++;
        return fails ? [1, new Error('half')] : [1, 2];
      },
      slowly: async () => {
        const mine = ++calls;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return mine;
      },
    },
    Mutation: { change: () => 1, trackEvents: () => 1 },
  },
};

let epoch = 'one';
const opened: SmallGraph[] = [];
const open = async (gateway: Partial<GatewayConfig> = {}): Promise<SmallGraph> => {
  const graph = await openSmallGraph({
    parts: { ...smallParts, analytics },
    gateway: { responseCache: { mostBytes: 1e6, epoch: async () => epoch }, ...gateway },
  });
  opened.push(graph);
  return graph;
};
const shop = '{ shop { visits } }';
const visits = (answer: { data?: unknown }) => (answer.data as { shop: { visits: number } }).shop.visits;

beforeEach(() => {
  calls = 0;
  fails = false;
  epoch = 'one';
});
afterEach(async () => {
  for (const graph of opened.splice(0)) await graph[Symbol.asyncDispose]();
});

describe('kept answers', () => {
  test('an answer is kept as long as its shortest part may be, and says how old it is', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    const first = await ask(gateway.url, shop, { token: viewer });
    expect(first.headers.get('cache-control')).toBe('private, max-age=60');
    const second = await ask(gateway.url, shop, { token: viewer });
    expect(visits(second)).toBe(visits(first));
    expect(second.headers.get('age')).toBe('0');
    expect(second.headers.get('vary')).toContain('authorization');
    expect((await ask(gateway.url, `{ shop { visits } short }`, { token: viewer })).headers.get('cache-control')).toBe(
      'private, max-age=1',
    );
    expect(calls).toBe(3);
    for (const query of ['{ shop { visits today } }', '{ fresh }', '{ shop { visits } fresh }']) {
      const before = calls;
      const [one, two] = [
        await ask(gateway.url, query, { token: viewer }),
        await ask(gateway.url, query, { token: viewer }),
      ];
      expect(one.data).not.toEqual(two.data);
      expect(calls).toBeGreaterThan(before + 1);
      expect(two.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('nothing is shared between scopes, languages, and callers where the SDL does not say so', async () => {
    const { gateway, token, secrets } = await open();
    const viewer = await token('VIEWER');
    const other = (await issueAccessToken(secrets.access, { subject: 'account:2', role: 'VIEWER' })).token;
    const analyst = await token('ANALYST');
    const mine = await Promise.all([viewer, other].map((by) => ask(gateway.url, '{ mine }', { token: by })));
    expect(mine.map(({ data }) => data)).toEqual([{ mine: 'operator:VIEWER' }, { mine: 'account:2' }]);
    const first = visits(await ask(gateway.url, shop, { token: viewer }));
    expect(visits(await ask(gateway.url, shop, { token: other }))).toBe(first);
    expect(visits(await ask(gateway.url, shop, { token: analyst }))).not.toBe(first);
    const russian = await ask(gateway.url, shop, { token: viewer, headers: { 'x-cda-locale': 'RU' } });
    expect(visits(russian)).not.toBe(first);
    expect((await ask(gateway.url, shop)).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('personal fields are asked for each time, so that each read of them is in the audit log', async () => {
    const { gateway, token } = await open();
    const admin = await token('ADMIN');
    for (let i = 1; i <= 3; i++) {
      const answer = await ask(gateway.url, '{ person { key ... on Person { email } } }', { token: admin });
      expect(answer.data).toEqual({ person: { key: 'a', email: `${i}@shop.example` } });
    }
    await ask(gateway.url, '{ person { key } }', { token: admin });
    await ask(gateway.url, '{ person { key } }', { token: admin });
    expect(calls).toBe(4);
  });

  test('an answer with an error is not kept', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    fails = true;
    const broken = await ask(gateway.url, '{ partial }', { token: viewer });
    expect([broken.data, broken.codes]).toEqual([{ partial: [1, null] }, ['INTERNAL_SERVER_ERROR']]);
    expect(broken.headers.get('cache-control')).toBe('no-store');
    fails = false;
    expect((await ask(gateway.url, '{ partial }', { token: viewer })).data).toEqual({ partial: [1, 2] });
    expect((await ask(gateway.url, '{ partial }', { token: viewer })).data).toEqual({ partial: [1, 2] });
    expect(calls).toBe(2);
  });

  test('variables and operations are told apart, layout and undeclared variables are not', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    const query = 'query Q($nth: Int = 3) { partial(nth: $nth) } query R { partial(nth: 3) }';
    const send = (operationName: string, variables: Record<string, unknown>) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${viewer}` },
        body: JSON.stringify({ query, operationName, variables }),
      });
    await send('Q', {});
    await send('Q', { nth: 3, more: 1 });
    expect(calls).toBe(1);
    await send('Q', { nth: 4 });
    await send('R', {});
    expect(calls).toBe(3);
  });

  test('many who ask the same at once are answered by one run; the last who leaves ends it', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    await ask(gateway.url, '{ slowly }', { token: viewer });
    epoch = 'two';
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    calls = 0;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(gateway.url, '{ slowly }', { token: viewer })),
    );
    expect(answers.map(({ data }) => data)).toEqual(Array(20).fill({ slowly: 1 }));
    expect(calls).toBe(1);
  });

  test('whoever leaves does not end what others wait for', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    const impatient = new AbortController();
    const gone = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${viewer}` },
      body: JSON.stringify({ query: '{ slowly }' }),
      signal: impatient.signal,
    }).catch(() => 'gone');
    await expect.poll(() => calls).toBe(1);
    const patient = ask(gateway.url, '{ slowly }', { token: viewer });
    await new Promise((resolve) => setTimeout(resolve, 30));
    impatient.abort();
    expect(await gone).toBe('gone');
    expect((await patient).data).toEqual({ slowly: 1 });
    expect(calls).toBe(1);
  });

  test('after a change nothing that was kept before is used; sending events is no such change', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    const first = visits(await ask(gateway.url, shop, { token: viewer }));
    await ask(gateway.url, 'mutation { trackEvents }', { token: viewer });
    expect(visits(await ask(gateway.url, shop, { token: viewer }))).toBe(first);
    await ask(gateway.url, 'mutation { change }', { token: viewer });
    expect(visits(await ask(gateway.url, shop, { token: viewer }))).not.toBe(first);
  });

  test('while nobody can say what the data is, nothing kept is used', async () => {
    let known = true;
    const { gateway, token } = await open({
      responseCache: {
        mostBytes: 1e6,
        epoch: async () => {
          if (!known) throw new Error('down');
          return 'one';
        },
      },
    });
    const viewer = await token('VIEWER');
    const first = visits(await ask(gateway.url, shop, { token: viewer }));
    known = false;
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(visits(await ask(gateway.url, shop, { token: viewer }))).not.toBe(first);
  });

  test('hits and misses are counted', async () => {
    const { gateway, token } = await open();
    const viewer = await token('VIEWER');
    const count = async (outcome: string) => {
      const metric = await registry.getSingleMetric('cda_response_cache_total')?.get();
      return metric?.values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? 0;
    };
    const [hits, misses] = [await count('hit'), await count('miss')];
    for (let i = 0; i < 3; i++) await ask(gateway.url, shop, { token: viewer });
    expect([(await count('hit')) - hits, (await count('miss')) - misses]).toEqual([2, 1]);
  });
});

describe('a bounded number of bytes', () => {
  test('is never passed: what was not used for longest goes first, and what is over goes without being asked for', () => {
    const cache = new BoundedBytes<string>(800);
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, 'x', 80, 1_000);
    cache.get('k0', 0);
    cache.set('new', 'x', 80, 500);
    expect([cache.get('k0', 0), cache.get('k1', 0), cache.bytes]).toEqual(['x', undefined, 800]);
    cache.set('large', 'x', 101, 1_000);
    expect(cache.get('large', 0)).toBeUndefined();
    cache.set('k0', 'y', 40, 1_000);
    expect(cache.bytes).toBe(760);
    cache.sweep(500);
    expect(cache.get('new', 0)).toBeUndefined();
    cache.sweep(1_000);
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });
});

describe('the epoch of the data', () => {
  test('is asked for once however many want it, and again when its time is over', async () => {
    let now = 0;
    let asked = 0;
    const told: unknown[] = [];
    const data = createDataEpoch({
      ask: async () => `e${Math.floor(asked++ / 2)}`,
      onEpoch: (...what) => told.push(what),
      now: () => now,
    });
    expect(await Promise.all([data.current(), data.current(), data.current()])).toEqual(['e0', 'e0', 'e0']);
    expect(asked).toBe(1);
    now = 1_000;
    await data.current();
    now = 2_000;
    expect(await data.current()).toBe('e1');
    expect(told).toEqual([
      ['e0', false],
      ['e1', true],
    ]);
  });
});

describe.skipIf(!hasRedis)('with a Redis (skipped where there is no redis-server)', () => {
  test('gateways share answers, changes, persisted operations and limits', async () => {
    await using redis = await startRedis();
    const [one, two] = [
      await open({ redisUrl: redis.url, rate: { burst: 12, perSecond: 0.01 } }),
      await open({ redisUrl: redis.url, rate: { burst: 12, perSecond: 0.01 } }),
    ];
    const parts = async (graph: SmallGraph) =>
      ((await (await fetch(`${graph.gateway.url}/health/ready`)).json()) as { parts: Record<string, unknown> }).parts;
    for (const graph of [one, two])
      await expect.poll(async () => (await parts(graph))['redis']).toEqual({ status: 'up' });
    const by = async (graph: SmallGraph) => graph.token('VIEWER');
    const first = visits(await ask(one.gateway.url, shop, { token: await by(one) }));
    await expect.poll(async () => visits(await ask(two.gateway.url, shop, { token: await by(two) }))).toBe(first);
    await ask(two.gateway.url, 'mutation { change }', { token: await by(two) });
    await expect.poll(async () => visits(await ask(one.gateway.url, shop, { token: await by(one) }))).not.toBe(first);

    const text = '{ __typename }';
    const hash = createHash('sha256').update(text).digest('hex');
    const persisted = async (graph: SmallGraph, query?: string) => {
      const answer = await fetch(`${graph.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await graph.token('ADMIN')}` },
        body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
      });
      return ((await answer.json()) as { data?: unknown }).data;
    };
    expect(await persisted(one)).toBeUndefined();
    await persisted(one, text);
    await expect.poll(() => persisted(two)).toEqual({ __typename: 'Query' });

    const statuses: number[] = [];
    for (let i = 0; i < 24; i++) {
      const graph = i % 2 ? one : two;
      statuses.push((await ask(graph.gateway.url, '{ fresh }', { token: await graph.token('ANALYST') })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(12);
    expect(statuses.slice(12)).toEqual(Array(12).fill(429));
  });

  test('a Redis that goes away takes nothing with it, and is used again when it is back', async () => {
    await using redis = await startRedis();
    const { gateway, token } = await open({ redisUrl: redis.url });
    const viewer = await token('VIEWER');
    const state = async () =>
      ((await (await fetch(`${gateway.url}/health/ready`)).json()) as { parts: { redis: { status: string } } }).parts
        .redis.status;
    const isUp = async () => (await registry.getSingleMetric('cda_redis_up')?.get())?.values[0]?.value;
    await expect.poll(state).toBe('up');
    await redis.stop();
    await expect.poll(state).toBe('degraded');
    expect(await isUp()).toBe(0);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    const first = visits(await ask(gateway.url, shop, { token: viewer }));
    expect(visits(await ask(gateway.url, shop, { token: viewer }))).toBe(first);
    await redis.start();
    await expect.poll(state, { timeout: 10_000 }).toBe('up');
    expect(await isUp()).toBe(1);
    expect((await ask(gateway.url, shop, { token: viewer })).errors).toBeUndefined();
  }, 30_000);
});
