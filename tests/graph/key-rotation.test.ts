import { generateKeyPairSync } from 'node:crypto';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueSignInLink } from '../../standalone/src/sign-in-link.ts';
import { startSystem } from '../../standalone/src/system.ts';
import { testSecret } from '../system-template.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph, supergraphPath } from './open-graph.ts';

const privateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const [old, next] = [privateKey(), privateKey()];

const secretsOf = (env: Record<string, string>): Promise<Secrets> =>
  loadSecrets({ env: { INTERNAL_SECRET: testSecret, ...env }, production: true });

const publicKeys = async (...privates: string[]): Promise<string> => {
  const sets = await Promise.all(privates.map((key) => secretsOf({ JWT_PRIVATE_KEY: key })));
  return JSON.stringify({ keys: sets.flatMap(({ access }) => access.jwks.keys) });
};

let graph: OpenGraph;
const opened = new AsyncDisposableStack();
beforeAll(async () => {
  graph = opened.use(await openGraph());
}, 300_000);
afterAll(() => opened.disposeAsync());

const gatewayOf = async (secrets: Secrets, subgraphs = graph.system.subgraphs): Promise<string> => {
  const config = { port: 0, host: '127.0.0.1', supergraphPath, subgraphs, secrets, production: false, drainMs: 0 };
  return opened.use(await startGateway({ ...config, log: silentLog })).url;
};

const tokenOf = async (key: string): Promise<string> =>
  (
    await issueAccessToken((await secretsOf({ JWT_PRIVATE_KEY: key })).access, {
      subject: 'operator:VIEWER',
      role: 'VIEWER',
    })
  ).token;

const statusOf = async (url: string, token: string): Promise<number> =>
  (await ask(url, '{ shop { currency } }', { token })).status;

test('the three steps of the guide: at none of them is a token refused that is still in use', async () => {
  const before = await gatewayOf(await secretsOf({ JWT_PUBLIC_KEYS: await publicKeys(old) }));
  const both = await gatewayOf(await secretsOf({ JWT_PUBLIC_KEYS: await publicKeys(old, next) }));
  const after = await gatewayOf(await secretsOf({ JWT_PUBLIC_KEYS: await publicKeys(next) }));
  const [oldToken, newToken] = [await tokenOf(old), await tokenOf(next)];
  // 1. Gateways are replaced one by one by such as know both keys; only the old one signs.
  for (const url of [before, both]) expect(await statusOf(url, oldToken)).toBe(200);
  // 2. Where people sign in, the new key signs, in one replica after the other; both kinds of tokens are out.
  for (const token of [oldToken, newToken]) expect(await statusOf(both, token)).toBe(200);
  // 3. The old tokens have ended; gateways forget the old key.
  for (const url of [both, after]) expect(await statusOf(url, newToken)).toBe(200);
  expect(await statusOf(after, oldToken)).toBe(401);
  // In another order somebody would be shut out: a gateway that was not told cannot know the new key.
  expect(await statusOf(before, newToken)).toBe(401);
});

test('the key set shows the keys by their ids, the old and the new one while both are in use', async () => {
  const kidsOf = async (secrets: Secrets): Promise<string[]> => {
    const response = await fetch(`${await gatewayOf(secrets)}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: { kid: string; d?: string }[] };
    for (const key of keys) expect(key.d).toBeUndefined();
    return keys.map(({ kid }) => kid);
  };
  const both = await kidsOf(await secretsOf({ JWT_PUBLIC_KEYS: await publicKeys(old, next) }));
  expect(both).toEqual([decodeProtectedHeader(await tokenOf(old)).kid, decodeProtectedHeader(await tokenOf(next)).kid]);
  expect(await kidsOf(await secretsOf({ JWT_PRIVATE_KEY: next, JWT_PUBLIC_KEYS: await publicKeys(old) }))).toEqual(
    [...both].reverse(),
  );
});

test('a person who signed in before stays signed in: the session is renewed under the new key', async () => {
  const signIn = await fetch(await issueSignInLink(graph.system.roleUrl('users'), graph.gateway.url), {
    redirect: 'manual',
  });
  const cookies = new Map(
    signIn.headers.getSetCookie().map((line) => line.split(';')[0]?.split('=') as [string, string]),
  );
  const rotated = await secretsOf({
    JWT_PRIVATE_KEY: next,
    JWT_PUBLIC_KEYS: JSON.stringify(graph.secrets.access.jwks),
  });
  const { adminUrl } = graph;
  const system = opened.use(
    await startSystem({ adminUrl, internalSecret: testSecret, access: rotated.access, log: silentLog, follow: false }),
  );
  const url = await gatewayOf(rotated, system.subgraphs);
  const show = (cookie: string) => fetch(`${url}/session`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  const session = await show(`cda_session=${cookies.get('cda_session')}`);
  expect(session.status).toBe(200);
  const renewed = await show(`cda_refresh=${cookies.get('cda_refresh')}`);
  expect(renewed.status).toBe(200);
  const token = /cda_session=([^;]+)/.exec(renewed.headers.getSetCookie().join('\n'))?.[1] ?? '';
  expect(decodeProtectedHeader(token).kid).toBe(rotated.access.signing?.kid);
});
