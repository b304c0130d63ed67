import type { OidcConfig } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { AppError } from '@cda/platform/errors.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import { generateKeyPair, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readOidcSettings } from '../../standalone/src/oidc-settings.ts';
import { type OidcIssuer, startOidcIssuer } from '../oidc-issuer.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let issuer: OidcIssuer;
let graph: OpenGraph;
let admin: string;
const config = { rolesByGroup: new Map(), defaultRole: undefined, createsAccounts: true } as unknown as OidcConfig;
const lines: string[] = [];
const note = (...given: unknown[]) => void lines.push(JSON.stringify(given));
const log = { ...silentLog, debug: note, info: note, warn: note, error: note, child: () => log } as unknown as Log;

beforeAll(async () => {
  issuer = await startOidcIssuer();
  Object.assign(config, {
    issuer: issuer.issuer,
    clientId: issuer.client.id,
    clientSecret: issuer.client.secret,
    name: 'The company',
    scopes: 'openid email profile',
    groupsClaim: 'groups',
    publicUrl: undefined,
  });
  graph = await openGraph({
    gateway: { oidc: config, log, signInRate: { burst: 1_000, perSecond: 1_000 } },
    systemLog: log,
  });
  issuer.client.redirectUris = [`${graph.gateway.url}/sign-in/oidc/callback`];
  admin = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
}, 300_000);
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});
beforeEach(() => {
  Object.assign(config, { rolesByGroup: new Map(), defaultRole: undefined, createsAccounts: true });
  Object.assign(issuer, { spoil: () => {}, metadata: {}, userinfoOnly: [], redeemed: [], requests: [] });
  lines.length = 0;
});

/** A browser with its cookies, which follows nothing by itself. */
class Browser {
  readonly cookies = new Map<string, string>();

  async get(address: string): Promise<Response> {
    const own = address.startsWith(graph.gateway.url);
    const response = await fetch(address, {
      redirect: 'manual',
      headers: own
        ? {
            cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            'sec-fetch-site': 'same-origin',
          }
        : {},
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Goes to the provider and comes back: the address of the callback. */
  async backFromProvider(next = '/customers'): Promise<string> {
    const start = await this.get(`${graph.gateway.url}/sign-in/oidc?next=${encodeURIComponent(next)}`);
    expect(start.status).toBe(303);
    const approved = await this.get(start.headers.get('location') ?? '');
    expect(approved.status).toBe(302);
    return approved.headers.get('location') ?? '';
  }

  /** The whole way; where the browser ends up. */
  async signIn(next?: string): Promise<string> {
    return (await this.get(await this.backFromProvider(next))).headers.get('location') ?? '';
  }

  async who(): Promise<{ status: number; email?: string; role?: string }> {
    const response = await this.get(`${graph.gateway.url}/session`);
    const { account, role } = (await response.json()) as { account?: { email: string }; role?: string };
    return { status: response.status, ...(account ? { email: account.email } : {}), ...(role ? { role } : {}) };
  }
}

const person = (name: string, more: object = {}) => ({
  sub: `sub-${name}`,
  email: `${name}@company.example`,
  email_verified: true,
  name: `The ${name}`,
  ...more,
});

const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

const withClaims =
  (changes: Record<string, unknown>): OidcIssuer['spoil'] =>
  ({ claims }) =>
    void Object.assign(claims, changes);

const createAccount = async (email: string, role: string): Promise<string> => {
  const { data } = await ask(
    graph.gateway.url,
    'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { ... on CreatedAccount { account { id } } } }',
    { token: admin, variables: { input: { email, name: 'Somebody', role } } },
  );
  return (data as { createAccount: { account: { id: string } } }).createAccount.account.id;
};

describe('a person', () => {
  test('signs in, goes on where they wanted to, and has a session like by password', async () => {
    issuer.person = person('anna');
    const browser = new Browser();
    expect(await browser.signIn('/customers?segment=1')).toBe('/customers?segment=1');
    expect(await browser.who()).toEqual({ status: 200, email: 'anna@company.example', role: 'VIEWER' });
    expect([...browser.cookies.keys()].sort()).toEqual(['cda_refresh', 'cda_session']);
    // The same person again is the same account.
    await new Browser().signIn();
    const { data } = await ask(graph.gateway.url, '{ accounts { email } }', { token: admin });
    const emails = (data as { accounts: { email: string }[] }).accounts.map(({ email }) => email);
    expect(emails.filter((email) => email.startsWith('anna'))).toHaveLength(1);
  });

  test('is offered the provider where one is configured, and only there', async () => {
    const methods = async (url: string) => (await fetch(`${url}/sign-in/methods`)).json();
    expect(await methods(graph.gateway.url)).toEqual({ password: true, oidc: { name: 'The company' } });
    await using without = await openGraph();
    expect(await methods(without.gateway.url)).toEqual({ password: true, oidc: null });
    expect((await fetch(`${without.gateway.url}/sign-in/oidc`, { redirect: 'manual' })).status).toBe(404);
  });

  test('without an account gets none where none are made, and signs in once an administrator made one', async () => {
    config.createsAccounts = false;
    issuer.person = person('boris');
    expect(await new Browser().signIn()).toBe('/sign-in?refused=oidc-account');
    await createAccount('Boris@Company.example', 'ANALYST');
    const browser = new Browser();
    expect(await browser.signIn()).toBe('/customers');
    expect(await browser.who()).toMatchObject({ email: 'boris@company.example', role: 'ANALYST' });
  });

  test('has the role that allows most of their groups, anew at each sign-in; one without any is refused or gets the default', async () => {
    config.rolesByGroup = new Map([
      ['bi', 'ANALYST'],
      ['it', 'ADMIN'],
    ]);
    issuer.person = person('clara', { groups: ['bi', 'chess'] });
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.who()).toMatchObject({ role: 'ANALYST' });
    issuer.person = person('clara', { groups: ['it', 'bi'] });
    await browser.signIn();
    expect(await browser.who()).toMatchObject({ role: 'ADMIN' });
    issuer.person = person('dora', { groups: ['chess'] });
    expect(await new Browser().signIn()).toBe('/sign-in?refused=oidc-member');
    config.defaultRole = 'VIEWER';
    const dora = new Browser();
    await dora.signIn();
    expect(await dora.who()).toMatchObject({ role: 'VIEWER' });
  });

  test('who is shut out stays out', async () => {
    issuer.person = person('emil');
    await new Browser().signIn();
    const { data } = await ask(graph.gateway.url, '{ accounts { id email } }', { token: admin });
    const { id } = (data as { accounts: { id: string; email: string }[] }).accounts.find(({ email }) =>
      email.startsWith('emil'),
    ) as { id: string };
    await ask(graph.gateway.url, 'mutation ($id: ID!) { setAccountDisabled(account: $id) { __typename } }', {
      token: admin,
      variables: { id },
    });
    expect(await new Browser().signIn()).toBe('/sign-in?refused=oidc-account');
  });

  test('may have their address and groups at the userinfo address only', async () => {
    issuer.userinfoOnly = ['email', 'email_verified', 'name'];
    issuer.person = person('fedor');
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.who()).toMatchObject({ email: 'fedor@company.example' });
  });

  test('signs in while the provider changes its keys', async () => {
    issuer.person = person('gleb');
    await new Browser().signIn();
    await issuer.rotate(true);
    // A key that was not known yet is asked for, at most every ten seconds.
    for (let tries = 0; ; tries++) {
      const browser = new Browser();
      if ((await browser.signIn()) === '/customers') break;
      expect(tries).toBeLessThan(30);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
});

describe('nobody gets in', () => {
  beforeEach(() => {
    issuer.person = person('victim');
  });

  const refusedFor = async (spoil: OidcIssuer['spoil']): Promise<void> => {
    issuer.spoil = spoil;
    const browser = new Browser();
    expect(await browser.signIn()).toMatch(/^\/sign-in\?refused=oidc-(attempt|email)$/);
    // The code was good: it is the token that was looked at.
    expect(lines.join('\n')).toMatch(/its ID token|does not vouch/);
    expect(browser.cookies.size).toBe(0);
    expect((await browser.who()).status).toBe(401);
  };

  test.each<[string, OidcIssuer['spoil']]>([
    ['another nonce', withClaims({ nonce: 'x'.repeat(43) })],
    ['no nonce', withClaims({ nonce: undefined })],
    ['another audience', withClaims({ aud: 'another-client' })],
    ['several audiences without a party', withClaims({ aud: ['analytics', 'another-client'] })],
    ['another party', withClaims({ azp: 'another-client' })],
    ['another issuer', withClaims({ iss: 'https://evil.example' })],
    ['an end in the past', withClaims({ exp: secondsFromNow(-120) })],
    ['no end', withClaims({ exp: undefined })],
    ['a birth long ago', withClaims({ iat: secondsFromNow(-3_600) })],
    ['a beginning in the future', withClaims({ nbf: secondsFromNow(3_600) })],
    ['no subject', withClaims({ sub: undefined })],
    ['an address that is not verified', withClaims({ email_verified: false })],
    ['an address that nobody says is verified', withClaims({ email_verified: undefined })],
    ['"true" as a text', withClaims({ email_verified: 'true' })],
    ['alg none', (parts) => Object.assign(parts, { instead: new UnsecuredJWT(parts.claims).encode() })],
    [
      'a key of somebody else under the same id',
      async (parts) => Object.assign(parts, { key: (await generateKeyPair('RS256')).privateKey }),
    ],
    [
      'the client secret as a key (HS256)',
      (parts) => {
        parts.header.alg = 'HS256';
        parts.key = new TextEncoder().encode(issuer.client.secret.padEnd(32));
      },
    ],
    ['something that is no token', (parts) => Object.assign(parts, { instead: 'a.b.c' })],
  ])('by a token with %s', (_name, spoil) => refusedFor(spoil));

  test('by an answer with another state, or without one', async () => {
    for (const state of ['x'.repeat(43), '', undefined]) {
      const browser = new Browser();
      const back = new URL(await browser.backFromProvider());
      if (state === undefined) back.searchParams.delete('state');
      else back.searchParams.set('state', state);
      expect((await browser.get(back.href)).headers.get('location')).toBe('/sign-in?refused=oidc-attempt');
      expect((await browser.who()).status).toBe(401);
    }
    // The code was not even sent to the provider.
    expect(issuer.redeemed).toEqual([]);
  });

  test('by the answer of another browser, or with a cookie that somebody made', async () => {
    const back = await new Browser().backFromProvider();
    const other = new Browser();
    expect((await other.get(back)).headers.get('location')).toBe('/sign-in?refused=oidc-attempt');
    other.cookies.set('cda_oidc', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA');
    expect((await other.get(back)).headers.get('location')).toBe('/sign-in?refused=oidc-attempt');
    expect(issuer.redeemed).toEqual([]);
  });

  test('by the answer of another issuer, or an error of the provider', async () => {
    for (const [name, value] of [
      ['iss', 'https://evil.example'],
      ['code', ''],
    ] as const) {
      const browser = new Browser();
      const back = new URL(await browser.backFromProvider());
      back.searchParams.set(name, value);
      expect((await browser.get(back.href)).headers.get('location')).toBe('/sign-in?refused=oidc-attempt');
    }
  });

  test('by an answer that comes a second time, even with the cookie of the first', async () => {
    const browser = new Browser();
    const back = await browser.backFromProvider();
    const kept = browser.cookies.get('cda_oidc') as string;
    expect((await browser.get(back)).headers.get('location')).toBe('/customers');
    const thief = new Browser();
    thief.cookies.set('cda_oidc', kept);
    expect((await thief.get(back)).headers.get('location')).toBe('/sign-in?refused=oidc-attempt');
    expect((await thief.who()).status).toBe(401);
    expect(issuer.redeemed).toHaveLength(1);
  });

  test('by an address that the provider gave to another person', async () => {
    issuer.person = person('anna-maria');
    await new Browser().signIn();
    issuer.person = person('anna-maria', { sub: 'somebody-else' });
    expect(await new Browser().signIn()).toBe('/sign-in?refused=oidc-account');
  });

  test('by a discovery document of another issuer', async () => {
    await using liar = await startOidcIssuer();
    liar.metadata = { issuer: 'https://accounts.example' };
    await using other = await openGraph({ gateway: { oidc: { ...config, issuer: liar.issuer } } });
    const start = await fetch(`${other.gateway.url}/sign-in/oidc`, { redirect: 'manual' });
    expect(start.headers.get('location')).toBe('/sign-in?refused=oidc-provider');
  });
});

test.each([
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/customers\r\nset-cookie: a=b', '/'],
  ['/customers/C1?tab=churn#why', '/customers/C1?tab=churn#why'],
])('after the sign-in, %j leads to %s', async (next, place) => {
  issuer.person = person('wanderer');
  expect(await new Browser().signIn(next)).toBe(place);
});

test('a provider that is away is told on the sign-in page, and nobody waits long for it', async () => {
  await using gone = await openGraph({ gateway: { oidc: { ...config, issuer: 'http://127.0.0.1:9' } } });
  const start = await fetch(`${gone.gateway.url}/sign-in/oidc`, { redirect: 'manual' });
  expect(start.headers.get('location')).toBe('/sign-in?refused=oidc-provider');
});

test('PKCE, state and nonce are new each time, and none of the secrets reaches the log or the address', async () => {
  issuer.person = person('ivan');
  const [first, second] = [new Browser(), new Browser()];
  const places = [await first.backFromProvider(), await second.backFromProvider()].map((place) => new URL(place));
  expect(new Set(places.map((place) => place.searchParams.get('state'))).size).toBe(2);
  await first.get((places[0] as URL).href);
  await second.get((places[1] as URL).href);
  const verifiers = issuer.redeemed.map((body) => body.get('code_verifier') ?? '');
  expect(new Set(verifiers).size).toBe(2);
  issuer.spoil = withClaims({ nonce: 'wrong' });
  await new Browser().signIn();
  const said = lines.join('\n');
  expect(said).toContain('its ID token is of another attempt');
  for (const secret of [
    issuer.client.secret,
    ...verifiers,
    ...issuer.redeemed.map((body) => body.get('code') ?? '?'),
    'ivan@',
    'eyJ',
  ]) {
    expect(said).not.toContain(secret);
  }
});

describe('settings', () => {
  const env = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'x' };

  test('are read from the environment; nothing set is nothing offered', () => {
    expect(readOidcSettings({})).toBeUndefined();
    expect(
      readOidcSettings({
        ...env,
        OIDC_ROLES: 'it=ADMIN, cn=staff,ou=shop=VIEWER'.replace('cn=staff,', 'cn=staff;'),
        OIDC_CREATE_ACCOUNTS: '1',
      }),
    ).toMatchObject({
      name: 'id.example',
      clientSecret: undefined,
      createsAccounts: true,
      rolesByGroup: new Map([
        ['it', 'ADMIN'],
        ['cn=staff;ou=shop', 'VIEWER'],
      ]),
    });
  });

  test.each([
    [{ ...env, OIDC_ISSUER: 'http://id.example' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_CLIENT_ID'],
    [{ ...env, OIDC_ROLES: 'it=ROOT' }, 'ROOT'],
    [{ ...env, OIDC_ROLES: 'it' }, 'OIDC_ROLES'],
    [{ ...env, OIDC_DEFAULT_ROLE: 'all' }, 'OIDC_DEFAULT_ROLE'],
    [{ ...env, PUBLIC_URL: 'https://a.example/b' }, 'PUBLIC_URL'],
  ])('%o is refused by name', (wrong, name) => {
    expect(() => readOidcSettings(wrong)).toThrow(AppError);
    expect(() => readOidcSettings(wrong)).toThrow(name);
  });
});
