import { gzipSync } from 'node:zlib';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { Analytics } from '@segment/analytics-node';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, field } from '../graph/ask.ts';
import { type OpenGraph, openGraph } from '../graph/open-graph.ts';

let graph: OpenGraph;
let log: Pool;
let writeKey: string;

beforeAll(async () => {
  graph = await openGraph();
  log = createPool(graph.system.roleUrl('analytics'), { name: 'test', max: 2 });
  writeKey = await makeKey('WRITE');
});

afterAll(async () => {
  await log?.end();
  await graph?.[Symbol.asyncDispose]();
});

async function makeKey(kind: 'WRITE' | 'API', scopes?: readonly string[]): Promise<string> {
  const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  const query = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreatedApiKey { secret } } }`;
  const answer = await ask(graph.gateway.url, query, {
    token,
    variables: { input: { name: 'test', kind, ...(scopes ? { scopes } : {}) } },
  });
  return field<{ secret: string }>(answer, 'createApiKey').secret;
}

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${graph.gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: basic(writeKey), ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
  });
}
const stored = async (messageId: string) =>
  (await log.query('SELECT * FROM events.log WHERE message_id = $1', [messageId])).rows[0];

describe('the event door for Segment senders', () => {
  test('the public Node client works unchanged with `host` set to this server', async () => {
    const analytics = new Analytics({ writeKey, host: graph.gateway.url, maxEventsInBatch: 3, flushInterval: 100 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.identify({ userId: 'seg', traits: { email: 'seg@example.com' }, messageId: 'seg-identify' });
    analytics.track({
      userId: 'seg',
      event: 'Order Completed',
      messageId: 'seg-order',
      properties: { order_id: 'o1', products: [{ product_id: 'p1', price: 19.99, quantity: 2 }] },
    });
    analytics.page({ anonymousId: 'visitor', name: 'Home', messageId: 'seg-page' });
    analytics.alias({ userId: 'seg', previousId: 'old', messageId: 'seg-alias' });
    await analytics.closeAndFlush();
    expect(failures).toEqual([]);
    expect(await stored('seg-order')).toMatchObject({ customer_key: 'u:seg', properties: { revenue_minor: 3998 } });
    expect(await stored('seg-identify')).toMatchObject({ type: 'identify', properties: { email: 'seg@example.com' } });
    expect(await stored('seg-page')).toMatchObject({
      type: 'page',
      customer_key: 'a:visitor',
      properties: { name: 'Home' },
    });
    expect(await stored('seg-alias')).toMatchObject({ type: 'alias', properties: { previous_id: 'old' } });
  });

  test('takes single calls, packed bodies and keys in the body, and corrects clock skew', async () => {
    const track = {
      event: 'Signed Up',
      userId: 'u',
      messageId: 'one',
      timestamp: new Date(Date.now() - 3_600_000).toISOString(),
    };
    expect(await (await post('/v1/track', track)).json()).toMatchObject({ success: true, accepted: 1 });
    expect(await (await post('/v1/track', track)).json()).toMatchObject({ accepted: 0, duplicates: 1 });
    const packed = gzipSync(JSON.stringify({ batch: [{ ...track, type: 'track', messageId: 'packed' }] }));
    expect((await post('/v1/batch', packed, { 'content-encoding': 'gzip' })).status).toBe(200);
    const inBody = await fetch(`${graph.gateway.url}/v1/track`, {
      method: 'POST',
      body: JSON.stringify({ ...track, messageId: 'body-key', writeKey }),
    });
    expect(inBody.status).toBe(200);
    // A sender whose clock is a day ahead: it says that the event is 10 s old.
    const ahead = Date.now() + 86_400_000 * 3;
    await post('/v1/track', {
      ...track,
      messageId: 'skewed',
      timestamp: new Date(ahead - 10_000).toISOString(),
      sentAt: new Date(ahead).toISOString(),
    });
    expect(Math.abs(Date.now() - 10_000 - (await stored('skewed')).occurred_at.getTime())).toBeLessThan(10_000);
  });

  test('refuses single events with a reason and takes their neighbours', async () => {
    const answer = await post('/v1/batch', {
      batch: [
        { type: 'track', event: 'Product Viewed', messageId: 'b1', userId: 'u', properties: { product_id: 'p' } },
        { type: 'track', event: 'Product Viewed', messageId: 'b2', userId: 'u', properties: {} },
        { type: 'track', messageId: 'b3', userId: 'u' },
        { type: 'group', messageId: 'b4', userId: 'u', groupId: 'g' },
        'nonsense',
      ],
    });
    expect(await answer.json()).toMatchObject({
      accepted: 2,
      rejected: 3,
      errors: [{ messageId: 'b2', code: 'INVALID_PROPERTIES' }, { messageId: 'b3', code: 'INVALID_ENVELOPE' }, {}],
    });
  });

  test('takes the catalogue from the shop’s server alone: a key that stands in a page may not set prices', async () => {
    const product = { event: 'Product Upserted', messageId: 'set-price', properties: { product_id: 'cup', price: 9 } };
    expect(await (await post('/v1/track', product)).json()).toMatchObject({
      rejected: 1,
      errors: [{ code: 'CATALOGUE_FORBIDDEN', message: expect.stringContaining('catalogue:write') }],
    });
    expect(await stored('set-price')).toBeUndefined();
    const authorization = basic(await makeKey('API', ['events:write', 'catalogue:write']));
    expect(await (await post('/v1/track', product, { authorization })).json()).toMatchObject({ accepted: 1 });
    expect(await stored('set-price')).toMatchObject({ customer_key: 'p:cup' });
  });

  test('says in terms of HTTP what is wrong with a request', async () => {
    for (const [authorization, message] of [
      ['', /^No write key was sent.*npm run keys/],
      [basic('cda_wk_wrong'), /^The key that was sent does not hold.*npm run keys/],
    ] as const) {
      const answer = await post('/v1/track', {}, { authorization });
      expect(answer.status).toBe(401);
      const { errors } = (await answer.json()) as { errors: { message: string }[] };
      expect(errors[0]?.message).toMatch(message);
    }
    expect((await post('/v1/track', {}, { authorization: basic(await makeKey('API')) })).status).toBe(403);
    expect((await post('/v1/track', '{')).status).toBe(400);
    expect((await post('/v1/batch', { batch: 1 })).status).toBe(400);
    expect((await post('/v1/batch', { batch: Array.from({ length: 2_501 }, () => ({})) })).status).toBe(413);
    expect((await post('/v1/batch', ' '.repeat(600 * 1024))).status).toBe(413);
    expect((await post('/v1/batch', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' })).status).toBe(
      413,
    );
    expect((await fetch(`${graph.gateway.url}/v1/track`)).status).toBe(405);
  });

  test('lets pages of every origin send, by preflight, and gives them no cookie', async () => {
    const answer = await fetch(`${graph.gateway.url}/v1/track`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('what would trip a reader later', () => {
  const verdict = async (event: object): Promise<{ code: string; path: string } | undefined> => {
    const answer = await post('/v1/track', { userId: 'trip', messageId: `trip${Math.random()}`, ...event });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { errors: { code: string; path: string }[] }).errors[0];
  };
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  test('is refused at the door: amounts under the server’s own names, sums beyond counting', async () => {
    const line = { product_id: 'p', price: 1, quantity: 1 };
    const order = (more: object) => ({
      event: 'Order Completed',
      properties: { order_id: 'trip', products: [line], ...more },
    });
    expect(await verdict(order({ revenue_minor: 'abc' }))).toMatchObject({ path: 'properties.revenue_minor' });
    expect(await verdict(order({ products: [line, { ...line, price_minor: [] }] }))).toMatchObject({
      code: 'INVALID_PROPERTIES',
      path: 'properties.products.1.price_minor',
    });
    expect(
      await verdict({ event: 'Product Viewed', properties: { product_id: 'p', price_minor: 'NaN' } }),
    ).toMatchObject({ path: 'properties.price_minor' });
    const huge = Array.from({ length: 20 }, () => ({ product_id: 'p', price: 1e9, quantity: 1e6 }));
    expect(await verdict(order({ products: huge }))).toMatchObject({ path: 'properties.products' });
  });

  test('is kept where it does no harm: any currency and any name of a custom event, any words about a person', async () => {
    const long = Array.from({ length: 6_000 }, () => Math.random().toString(36).slice(2, 5)).join('');
    expect(
      await verdict({
        event: 'My own',
        properties: { currency: long, products: 'none', order_id: long.slice(0, 9_000) },
      }),
    ).toBeUndefined();
    expect(await verdict({ event: 'Email Opened', properties: { email_subject: long } })).toBeUndefined();
    const part = long.slice(0, 3_500);
    const traits = { name: part, email: part, phone: part, country: part, address: { city: part, country: part } };
    expect(await (await post('/v1/identify', { userId: 'trip', messageId: 'wordy', traits })).json()).toMatchObject({
      accepted: 1,
    });
    const words = Array.from({ length: 1_000 }, () =>
      String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000)),
    ).join('');
    const wordy = { product_id: words.slice(0, 200), name: words, category: words, brand: words };
    expect(await verdict({ event: 'Product Viewed', properties: wordy })).toBeUndefined();
    await graph.system.catchUp();
    for (const subgraph of Object.values(graph.system.subgraphs)) {
      for (const state of await subgraph.projector.states())
        expect({ subgraph: subgraph.name, ...state }).toMatchObject({ faults: 0 });
    }
  });

  test.each([200, 2_000, 5_000, 20_000])('is answered for good, not for later: %i levels', async (depth) => {
    const body = `{"event":"X","userId":"deep","messageId":"deep${depth}","properties":${nested(depth)}}`;
    const answer = await post('/v1/track', body);
    expect([200, 400]).toContain(answer.status);
    expect(await stored(`deep${depth}`)).toBeUndefined();
  });

  test('a call of a group is kept as a custom event', async () => {
    const answer = await post('/v1/group', {
      groupId: 'g',
      userId: 'trip',
      messageId: 'group-1',
      traits: { plan: 'a' },
    });
    expect(await answer.json()).toMatchObject({ accepted: 1 });
    expect(await stored('group-1')).toMatchObject({ type: 'track', name: 'group' });
  });
});

describe('the event door for GA4 senders', () => {
  test('takes the Measurement Protocol, under canonical names, and the same hit once', async () => {
    const hit = {
      client_id: 'ga.1',
      user_id: 'ga-user',
      timestamp_micros: String(Date.now() * 1000 - 5_000_000),
      user_properties: { plan: { value: 'gold' } },
      events: [
        {
          name: 'purchase',
          params: {
            transaction_id: 't1',
            currency: 'USD',
            value: 30,
            items: [
              {
                item_id: 'i1',
                item_name: 'Cup',
                price: 15,
                quantity: 2,
                item_category: 'Home',
                item_category2: 'Kitchen',
              },
            ],
          },
        },
        { name: 'level_up', params: { level: 5 } },
      ],
    };
    const path = `/mp/collect?measurement_id=G-1&api_secret=${writeKey}`;
    const send = () => fetch(`${graph.gateway.url}${path}`, { method: 'POST', body: JSON.stringify(hit) });
    expect((await send()).status).toBe(204);
    expect((await send()).status).toBe(204);
    const { rows } = await log.query(
      "SELECT name, properties FROM events.log WHERE customer_key = 'u:ga-user' ORDER BY name",
    );
    expect(rows).toMatchObject([
      {
        name: 'Order Completed',
        properties: {
          order_id: 't1',
          revenue_minor: 3000,
          currency: 'USD',
          products: [{ product_id: 'i1', name: 'Cup', category: 'Home > Kitchen' }],
        },
      },
      { name: 'identify', properties: { plan: 'gold' } },
      { name: 'level_up', properties: { level: 5 } },
    ]);
  });
});

/** A longer run by hand: CDA_FUZZ=10000. */
const bodies = Number(process.env['CDA_FUZZ'] ?? 2_000);

describe('hostile bodies', () => {
  const random = createRandom(7);
  const nasty = [
    null,
    true,
    -1,
    1e308,
    2 ** 53,
    Number.MIN_VALUE,
    '',
    '\u0000',
    '\ud800',
    'ünï',
    '\u202etxt',
    "'; DROP TABLE x; --",
    '{{7*7}}',
    [],
    {},
    '9'.repeat(400),
    '1e400',
    'NaN',
    '2026-02-31',
    '275760-09-13T00:00:00Z',
  ];
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const oddNames = ['price_minor', 'revenue_minor', 'discount', 'total', 'firstName', 'coupon', 'variant', 'a'];
  const rightNames = [
    ...['Order Completed', 'Order Updated', 'Order Cancelled', 'Order Refunded', 'identify', 'Email Opened', 'My own'],
    ...[
      'Product Viewed',
      'Product Added',
      'Product List Viewed',
      'Products Searched',
      'Product Upserted',
      'Product Reviewed',
    ],
  ];
  const value = (depth: number): unknown => {
    const kind = random.integer(depth > 4 ? 1 : 4);
    if (kind === 1) return Array.from({ length: random.integer(4) }, () => value(depth + 1));
    if (kind === 2)
      return Object.fromEntries(
        Array.from({ length: random.integer(4) }, () => [
          pick(['a', 'price', 'products', 'product_id', '__proto__', 'constructor', 'quantity', 'order_id']),
          value(depth + 1),
        ]),
      );
    return pick(nasty);
  };
  const message = (i: number): Record<string, unknown> => {
    const fields: Record<string, unknown> = {
      type: pick(['track', 'identify', 'page', 'alias', 'group', 7]),
      event: pick(['Order Completed', 'purchase', 'Product Viewed', 'X', '', 5]),
      messageId: `fuzz${i}`,
      userId: pick(['f', 5, null, '0']),
      properties: value(0),
      traits: value(0),
      context: value(0),
      timestamp: pick(['2026-01-01T00:00:00Z', 'x', 0, -1, 1e20]),
    };
    for (const key of Object.keys(fields)) if (random.integer(8) === 0) fields[key] = value(0);
    return fields;
  };
  /** A message that is right but for one field, so that it gets as far as the door lets it. */
  const nearlyRight = (i: number): Record<string, unknown> => {
    const line = { product_id: `p${random.integer(3)}`, name: 'Cup', category: 'A > B', price: 2.5, quantity: 2 };
    const order = {
      order_id: `fuzzed${random.integer(9)}`,
      currency: 'EUR',
      revenue: 5,
      shipping: 1,
      products: [line],
    };
    const event = pick(rightNames);
    const properties: Record<string, unknown> =
      event === 'identify'
        ? { name: 'Ann', email: 'a@b.c', phone: '1', address: { city: 'Bern', country: 'CH' }, country: 'CH' }
        : event.startsWith('Order')
          ? order
          : {
              ...line,
              query: 'cup',
              stock: 1,
              products: [line],
              recommendation_id: 'x',
              position: 1,
              email_subject: 'Hi',
            };
    const places = [properties, line, ...(properties['address'] ? [properties['address'] as object] : [])];
    const place = pick(places) as Record<string, unknown>;
    place[pick([...Object.keys(place), ...oddNames])] = value(2);
    return {
      type: event === 'identify' ? 'identify' : 'track',
      event,
      messageId: `right${i}`,
      userId: `f${random.integer(5)}`,
      anonymousId: pick([undefined, 'dev']),
      [event === 'identify' ? 'traits' : 'properties']: properties,
      context: { locale: pick(['en', ...nasty]) },
    };
  };
  const body = (i: number): string => {
    const whole = JSON.stringify({
      batch: Array.from({ length: 1 + random.integer(4) }, (_, k) =>
        (random.integer(2) ? message : nearlyRight)(i * 10 + k),
      ),
      sentAt: pick(['2026-01-01T00:00:00Z', 7, null]),
    });
    const how = random.integer(6);
    if (how === 0) return whole.slice(0, random.integer(whole.length));
    if (how === 1) return whole.replace('"', '\\u0000"');
    if (how === 2) return `${'['.repeat(500)}${']'.repeat(500)}`;
    return whole;
  };

  test(`${bodies} of them give no fault of ours, and leave nothing that a reader stumbles over`, async () => {
    const statuses = new Map<number, number>();
    const server = { authorization: basic(await makeKey('API', ['events:write', 'catalogue:write'])) };
    for (let start = 0; start < bodies; start += 50) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          post(pick(['/v1/batch', '/v1/track', '/v1/identify', '/mp/collect']), body(start + i), pick([{}, server])),
        ),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(bodies / 4);
    await graph.system.catchUp();
    for (const subgraph of Object.values(graph.system.subgraphs)) {
      for (const state of await subgraph.projector.states())
        expect({ subgraph: subgraph.name, ...state }).toMatchObject({ faults: 0 });
    }
  }, 120_000);
});
