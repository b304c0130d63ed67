import { createHmac, generateKeyPairSync } from 'node:crypto';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { createKey } from '@cda/platform/auth/keys.ts';
import { type CryptoKey, exportSPKI, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

let graph: SmallGraph;
let url: string;
beforeAll(async () => {
  graph = await openSmallGraph({ http: true });
  url = graph.gateway.url;
});
afterAll(() => graph[Symbol.asyncDispose]());

const query = '{ orders customer(id: "1") { name } }';
const now = Math.floor(Date.now() / 1000);
const claims = {
  role: 'ADMIN',
  sub: 'operator:ADMIN',
  iss: 'customer-data-analytics',
  aud: 'customer-data-analytics/graph',
};
const times = { iat: now, exp: now + 300 };

/** A token signed by the real key, with a claim or a header changed. */
function signed(payload: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  const { signing } = graph.secrets.access;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: signing?.kid, typ: 'at+jwt', ...header } as never)
    .sign(signing?.key as CryptoKey);
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function expectRefused(token: string): Promise<void> {
  const calls = () => Object.values(graph.subgraphs).reduce((sum, subgraph) => sum + subgraph.calls.length, 0);
  const before = calls();
  const answer = await ask(url, query, { token });
  expect(answer.codes).toEqual(['UNAUTHENTICATED']);
  expect(answer.data ?? null).toBeNull();
  expect(answer.status).toBe(401);
  expect(calls()).toBe(before);
}

describe('access tokens', () => {
  test('one that is right is let in', async () => {
    const answer = await ask(url, query, { token: await signed({ ...claims, ...times }) });
    expect(answer.data).toEqual({ orders: 7, customer: { name: 'Customer 1' } });
  });

  test('nothing, or something that is no token, is refused', async () => {
    const nothing = await ask(url, query);
    expect(nothing.codes).toEqual(['UNAUTHENTICATED']);
    expect(nothing.errors?.[0]?.message).toMatch(/^Sign in first/);
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Basic YWRtaW46YWRtaW4=',
      'Bearer a b',
      'bearer null',
      'Token x',
    ]) {
      const answer = await ask(url, query, { headers: { authorization } });
      expect([authorization, answer.codes]).toEqual([authorization, ['UNAUTHENTICATED']]);
      expect(answer.errors?.[0]?.message).toMatch(/does not hold.*npm run token/);
    }
  });

  test.each([
    ['expired', { ...times, exp: now - 120 }],
    ['not yet valid', { ...times, nbf: now + 600 }],
    ['without an end', { iat: now }],
    ['without a beginning', { exp: now + 300 }],
    ['of another issuer', { ...times, iss: 'https://evil.example' }],
    ['for another audience', { ...times, aud: 'customer-data-analytics/subgraph' }],
    ['without an audience', { ...times, aud: undefined }],
    ['without a subject', { ...times, sub: undefined }],
    ['with a subject of the inside', { ...times, sub: 'service:gateway' }],
    ['with a role that does not exist', { ...times, role: 'ROOT' }],
    ['with a list of roles', { ...times, role: ['ADMIN'] }],
  ])('one %s is refused', async (_name, changed) => {
    await expectRefused(await signed({ ...claims, ...changed } as JWTPayload));
  });

  test('claims of scopes add nothing: the role decides', async () => {
    const token = await signed({
      ...claims,
      role: 'VIEWER',
      ...times,
      scopes: ['accounts:manage'],
      scope: 'personal:read',
    });
    const answer = await ask(url, '{ customer(id: "1") { name email } }', { token });
    expect(answer.codes).toEqual(['FORBIDDEN']);
    expect(answer.data).toEqual({ customer: { name: 'Customer 1', email: null } });
  });

  test('alg none, in any spelling, is refused', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expectRefused(`${encode({ alg, typ: 'at+jwt' })}.${encode({ ...claims, ...times })}.`);
    }
  });

  test('HS256 signed with the public key is refused', async () => {
    const [kid, key] = [...graph.secrets.access.verifying][0] as [string, CryptoKey];
    const pem = await exportSPKI(key);
    for (const secret of [
      pem,
      JSON.stringify(graph.secrets.access.jwks.keys[0]),
      graph.secrets.access.jwks.keys[0]?.x as string,
    ]) {
      const body = `${encode({ alg: 'HS256', kid, typ: 'at+jwt' })}.${encode({ ...claims, ...times })}`;
      await expectRefused(`${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`);
    }
  });

  test("a key of one's own is refused, also when it comes along in the header", async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = await importPKCS8(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'EdDSA');
    const kid = [...graph.secrets.access.verifying.keys()][0];
    for (const header of [
      { kid },
      { kid: 'mine' },
      {},
      { kid, jwk: publicKey.export({ format: 'jwk' }) },
      { kid, jku: 'http://127.0.0.1:1/jwks.json' },
      { kid, x5u: 'http://127.0.0.1:1/cert' },
    ]) {
      const token = await new SignJWT({ ...claims, ...times })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header } as never)
        .sign(key);
      await expectRefused(token);
    }
  });

  test('a key id that is a path, a query, an address or no text is just one that is not known', async () => {
    for (const kid of ['../../secrets.json', "' OR '1'='1", 'http://127.0.0.1:1/', '__proto__', '', undefined]) {
      await expectRefused(await signed({ ...claims, ...times }, { kid }));
    }
  });

  test('a token of another kind, or with an extension that must be understood, is refused', async () => {
    await expectRefused(await signed({ ...claims, ...times }, { typ: 'JWT' }));
    await expectRefused(await signed({ ...claims, ...times }, { typ: undefined }));
    const [, payload, signature] = (await signed({ ...claims, ...times })).split('.');
    const header = { alg: 'EdDSA', kid: graph.secrets.access.signing?.kid, typ: 'at+jwt', crit: ['x'], x: 1 };
    await expectRefused(`${encode(header)}.${payload}.${signature}`);
  });

  test('edited claims and a cut signature are refused', async () => {
    const [header, , signature] = (await graph.token('VIEWER')).split('.');
    await expectRefused(`${header}.${encode({ ...claims, ...times })}.${signature}`);
    await expectRefused(`${header}.${encode({ ...claims, ...times })}`);
    await expectRefused(`${await graph.token('ADMIN')}x`);
  });

  test('an internal identity is no access token, and an access token no internal identity', async () => {
    const sign = createIdentitySigner(graph.secrets.internalSecret);
    await expectRefused(await sign({ subject: 'operator:ADMIN', scopes: ['analytics:read'], locale: 'EN' }));
  });

  test('keys that nobody made are refused', async () => {
    for (const kind of ['API', 'WRITE', 'BOT'] as const) {
      expect((await ask(url, query, { token: createKey(kind) })).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  test('a token that is wrong is not made good by a cookie that is right', async () => {
    const cookie = `cda_session=${await graph.token('ADMIN')}`;
    const answer = await ask(url, query, { token: 'wrong', headers: { cookie } });
    expect(answer.codes).toEqual(['UNAUTHENTICATED']);
  });

  test('a command-line token lives no longer than it says', async () => {
    const { token, expiresAt } = await issueAccessToken(
      graph.secrets.access,
      { subject: 'operator:ADMIN', role: 'ADMIN' },
      60,
      new Date(Date.now() - 3_600_000),
    );
    expect(expiresAt.getTime()).toBeLessThan(Date.now());
    await expectRefused(token);
  });
});

describe('internal headers', () => {
  const shop = JSON.stringify({ query: '{ shop { name } }' });
  const direct = async (headers: Record<string, string>) => {
    const response = await fetch(graph.addresses.analytics as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: shop,
    });
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
    return { data, codes: errors?.map((error) => error.extensions.code) };
  };

  test("a subgraph reached directly refuses without the gateway's signature", async () => {
    const refused = { data: undefined, codes: ['UNAUTHENTICATED'] };
    expect(await direct({})).toEqual(refused);
    expect(await direct({ [identityHeader]: 'admin' })).toEqual(refused);
    expect(await direct({ authorization: `Bearer ${await graph.token('ADMIN')}` })).toEqual(refused);
    expect(await direct({ [identityHeader]: await graph.token('ADMIN') })).toEqual(refused);
    const forged = createIdentitySigner('another secret that is long enough to be one');
    expect(await direct({ [identityHeader]: await forged({ subject: 'x', scopes: [], locale: 'EN' }) })).toEqual(
      refused,
    );
    const old = createIdentitySigner(graph.secrets.internalSecret, () => Date.now() - 600_000);
    expect(await direct({ [identityHeader]: await old({ subject: 'x', scopes: [], locale: 'EN' }) })).toEqual(refused);
    const future = createIdentitySigner(graph.secrets.internalSecret, () => Date.now() + 600_000);
    expect(await direct({ [identityHeader]: await future({ subject: 'x', scopes: [], locale: 'EN' }) })).toEqual(
      refused,
    );
  });

  test('the signature of the gateway is taken', async () => {
    const sign = createIdentitySigner(graph.secrets.internalSecret);
    const identity = await sign({ subject: 'operator:VIEWER', scopes: [], locale: 'EN' });
    expect(await direct({ [identityHeader]: identity })).toEqual({
      data: { shop: { name: 'Shop' } },
      codes: undefined,
    });
  });

  test('internal headers sent to the gateway change nothing', async () => {
    const sign = createIdentitySigner(graph.secrets.internalSecret);
    const stolen = await sign({ subject: 'operator:ADMIN', scopes: ['personal:read', 'customers:read'], locale: 'EN' });
    const headers = { [identityHeader]: stolen, 'x-cda-scopes': 'accounts:manage', 'x-forwarded-user': 'admin' };
    expect((await ask(url, '{ shop { name } }', { headers })).codes).toEqual(['UNAUTHENTICATED']);
    const answer = await ask(url, '{ whoAsks }', { headers, token: await graph.token('VIEWER') });
    expect(answer.data).toEqual({ whoAsks: 'operator:VIEWER EN analytics:read,customers:read' });
  });

  test('no header of the client but the trace and the request id goes on to a subgraph', async () => {
    graph.subgraphs.analytics.calls.length = 0;
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await ask(url, '{ shop { name } }', {
      token: await graph.token('VIEWER'),
      headers: { 'x-request-id': 'my-request-1', traceparent: trace, cookie: 'a=b', 'x-other': '1' },
    });
    const [call] = graph.subgraphs.analytics.calls;
    expect(call?.headers).toMatchObject({ 'x-request-id': 'my-request-1', traceparent: trace });
    for (const name of ['authorization', 'cookie', 'x-other']) expect(call?.headers[name]).toBeUndefined();
  });
});

describe('scopes', () => {
  test("a field beyond one's scopes is null with FORBIDDEN, and the rest answers", async () => {
    const answer = await ask(url, '{ customer(id: "1") { name email picks(first: 1) { name } } orders }', {
      token: await graph.token('VIEWER'),
    });
    expect(answer.data).toEqual({
      customer: { name: 'Customer 1', email: null, picks: [{ name: 'Product 0' }] },
      orders: 7,
    });
    expect(answer.errors).toMatchObject([{ path: ['customer', 'email'], extensions: { code: 'FORBIDDEN' } }]);
  });

  test('an alias, a fragment or a nested path does not get around a rule', async () => {
    const answer = await ask(
      url,
      `{ a: customer(id: "1") { x: email ...on Customer { y: email } ...F }
         customers(first: 1) { edges { node { friends(first: 1) { edges { node { email } } } } } } }
       fragment F on Customer { z: email }`,
      { token: await graph.token('VIEWER') },
    );
    expect(answer.codes).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(JSON.stringify(answer.data)).not.toContain('@shop.example');
  });

  test("a mutation beyond one's scopes does not run", async () => {
    const rename = 'mutation { rename(id: "1", name: "x") { name } }';
    expect((await ask(url, rename, { token: await graph.token('MARKETER') })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(url, rename, { token: await graph.token('ADMIN') })).data).toEqual({ rename: { name: 'x' } });
  });

  test('fields of the inside are not in the graph', async () => {
    const answer = await ask(url, 'mutation { verifyApiKey(secret: "x") { id } }', {
      token: await graph.token('ADMIN'),
    });
    expect(answer.codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    for (const field of ['_service { sdl }', '_entities(representations: []) { __typename }']) {
      expect((await ask(url, `{ ${field} }`, { token: await graph.token('ADMIN') })).codes).toEqual([
        'GRAPHQL_VALIDATION_FAILED',
      ]);
    }
  });
});
