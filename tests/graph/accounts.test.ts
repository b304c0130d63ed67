import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { hashPassword } from '@cda/platform/auth/passwords.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { seedAdmin } from '@cda/users';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
let url: string;

beforeAll(async () => {
  graph = await openGraph({ gateway: { signInRate: { burst: 1_000, perSecond: 1_000 } } });
  url = graph.gateway.url;
});
afterAll(() => graph[Symbol.asyncDispose]());

const tokenOf = async (role: Role, subject = `operator:${role}`) =>
  (await issueAccessToken(graph.secrets.access, { subject, role })).token;

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** A fresh session's cookies. */
async function signedIn(): Promise<string> {
  const { code } = await seedAdmin(graph.db);
  const response = await post('/session', { code });
  expect(response.status).toBe(200);
  return cookiesOf(response);
}

describe('signing in', () => {
  test('the printed link sets cookies that scripts cannot read, and leaves no code in the address', async () => {
    const { code } = await seedAdmin(graph.db);
    const response = await fetch(`${url}/sign-in?code=${code}`, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/);
      expect(cookie).not.toContain(code);
    }
    const { data } = await ask(url, '{ viewer { email role scopes } }', { headers: { cookie: cookiesOf(response) } });
    expect(data?.['viewer']).toMatchObject({ email: 'admin@demo.example', role: 'ADMIN' });
  });

  test('a code signs in once, also when it is used twice at the same moment', async () => {
    const { code } = await seedAdmin(graph.db);
    const answers = await Promise.all([1, 2, 3].map(() => post('/session', { code })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
    const again = await fetch(`${url}/sign-in?code=${code}`, { redirect: 'manual' });
    expect(again.headers.get('location')).toBe('/sign-in?refused=code');
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test('asking for the link without opening it does not use the code up', async () => {
    const { code } = await seedAdmin(graph.db);
    expect((await fetch(`${url}/sign-in?code=${code}`, { method: 'HEAD' })).status).toBe(405);
    expect((await post('/session', { code })).status).toBe(200);
  });

  test('a new link ends the one before', async () => {
    const first = await seedAdmin(graph.db);
    await seedAdmin(graph.db);
    expect((await post('/session', { code: first.code })).status).toBe(401);
  });

  test('a password signs in, a wrong one does not, and the fifth wrong one locks the address for a while', async () => {
    await graph.db.query(
      `INSERT INTO users.account (id, email, name, role, password_hash, created_at)
       VALUES (gen_random_uuid(), 'ann@shop.example', 'Ann', 'ANALYST', $1, now())`,
      [await hashPassword('right horse')],
    );
    expect((await post('/session', { email: 'Ann@Shop.example ', password: 'right horse' })).status).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await post('/session', { email: 'ann@shop.example', password: 'wrong' })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const locked = await post('/session', { email: 'ann@shop.example', password: 'right horse' });
    expect(locked.status).toBe(429);
    expect(await locked.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_TRIES' } }] });
  });

  test('an address without an account is refused in the same words, and locks the same way', async () => {
    const known = await post('/session', { email: 'admin@demo.example', password: 'wrong' });
    const unknown = await post('/session', { email: 'nobody@shop.example', password: 'wrong' });
    const [a, b] = [await known.json(), await unknown.json()] as { errors: { message: string }[] }[];
    expect(a?.errors[0]?.message).toBe(b?.errors[0]?.message);
    for (let i = 0; i < 4; i++) await post('/session', { email: 'nobody@shop.example', password: 'wrong' });
    expect((await post('/session', { email: 'nobody@shop.example', password: 'wrong' })).status).toBe(429);
  });

  test('refusals are in the language of the request', async () => {
    const answer = await post('/session', { code: 'no such code' }, { 'accept-language': 'ru-RU,ru;q=0.9' });
    expect(await answer.text()).toMatch(/ссылка/);
  });

  test('a form or a text that another site could send does not sign in', async () => {
    const { code } = await seedAdmin(graph.db);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await fetch(`${url}/session`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ code }),
      });
      expect(answer.status).toBe(415);
    }
  });

  test('a disabled account neither signs in nor renews', async () => {
    const { code, accountId } = await seedAdmin(graph.db, { email: 'gone@shop.example', name: 'Gone', role: 'VIEWER' });
    const response = await post('/session', { code });
    const refresh = cookiesOf(response).split('; ')[1] as string;
    await graph.db.query('UPDATE users.account SET disabled_at = now() WHERE id = $1', [accountId]);
    expect((await ask(url, '{ viewer { id } }', { headers: { cookie: refresh } })).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('sessions', () => {
  test('who am I', async () => {
    const cookie = await signedIn();
    const answer = await fetch(`${url}/session`, { headers: { cookie } });
    expect(await answer.json()).toMatchObject({
      account: { email: 'admin@demo.example' },
      role: 'ADMIN',
      locale: 'EN',
    });
    expect((await fetch(`${url}/session`)).status).toBe(401);
  });

  test('a session whose access token has ended goes on, with new cookies', async () => {
    const [, refresh = ''] = (await signedIn()).split('; ');
    const answer = await ask(url, '{ viewer { email } }', { headers: { cookie: refresh } });
    expect(answer.data?.['viewer']).toMatchObject({ email: 'admin@demo.example' });
    expect(answer.headers.getSetCookie()).toHaveLength(2);
  });

  test('requests side by side renew once and all get the same cookies', async () => {
    const [, refresh = ''] = (await signedIn()).split('; ');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(url, '{ viewer { email } }', { headers: { cookie: refresh } })),
    );
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    const tokens = new Set(answers.map((answer) => answer.headers.getSetCookie()[1]?.split(';')[0]));
    expect(tokens.size).toBe(1);
  });

  test('a refresh token that was used long ago ends the session for the thief and for the owner', async () => {
    const [, first = ''] = (await signedIn()).split('; ');
    const renewed = await ask(url, '{ viewer { email } }', { headers: { cookie: first } });
    const second = renewed.headers.getSetCookie()[1]?.split(';')[0] as string;
    expect(second).not.toBe(first);
    await graph.db.query(`UPDATE users.session SET renewed_at = renewed_at - interval '1 minute'`);
    expect((await ask(url, '{ viewer { id } }', { headers: { cookie: first } })).codes).toEqual(['UNAUTHENTICATED']);
    expect((await ask(url, '{ viewer { id } }', { headers: { cookie: second } })).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('a refresh token of another session, generation or key is none', async () => {
    const [, refresh = ''] = (await signedIn()).split('; ');
    const [name, token = ''] = refresh.split('=');
    const [session, generation, signature] = token.split('.');
    const forged = [
      `${session}.${Number(generation) + 1}.${signature}`,
      `cda_rt_00000000-0000-4000-8000-000000000000.${generation}.${signature}`,
      `${session}.${generation}.${'A'.repeat(43)}`,
      `${session}.${generation}`,
    ];
    for (const value of forged) {
      const answer = await ask(url, '{ viewer { id } }', { headers: { cookie: `${name}=${value}` } });
      expect(answer.codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  test('signing out ends the session and takes the cookies away', async () => {
    const cookie = await signedIn();
    const out = await fetch(`${url}/session`, {
      method: 'DELETE',
      headers: { cookie, 'apollo-require-preflight': '1' },
    });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie().every((value) => /Expires=Thu, 01 Jan 1970/.test(value))).toBe(true);
    const [, refresh = ''] = cookie.split('; ');
    expect((await ask(url, '{ viewer { id } }', { headers: { cookie: refresh } })).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('signing out everywhere ends the other sessions of the account as well', async () => {
    const cookie = await signedIn();
    const [, elsewhere = ''] = (await signedIn()).split('; ');
    const answer = await ask(url, 'mutation { signOutEverywhere }', { headers: { cookie } });
    expect(answer.data).toEqual({ signOutEverywhere: true });
    expect((await ask(url, '{ viewer { id } }', { headers: { cookie: elsewhere } })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});

describe('keys', () => {
  const create = `mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreatedApiKey { secret key { id name kind prefix scopes revokedAt } }
      ... on InvalidInput { code path message }
    }
  }`;

  test('an API key reads within its scopes until it is taken away, and then stops at once', async () => {
    const token = await tokenOf('ADMIN');
    const made = await ask(url, create, { token, variables: { input: { name: 'reader', kind: 'API' } } });
    const { secret, key } = field<{ secret: string; key: { id: string; prefix: string } }>(made, 'createApiKey');
    expect(secret).toMatch(/^cda_api_[\w-]{43}$/);
    expect(secret.startsWith(key.prefix)).toBe(true);
    expect((await ask(url, '{ shop { currency } }', { token: secret })).errors).toBeUndefined();
    expect((await ask(url, '{ viewer { id } }', { token: secret })).data).toEqual({ viewer: null });
    expect((await ask(url, '{ apiKeys { id } }', { token: secret })).codes).toEqual(['FORBIDDEN']);
    const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }';
    expect((await ask(url, revoke, { token, variables: { id: key.id } })).data).toEqual({
      revokeApiKey: { __typename: 'RevokedApiKey' },
    });
    expect((await ask(url, '{ shop { currency } }', { token: secret })).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('a write key sends events and reads nothing', async () => {
    const token = await tokenOf('ADMIN');
    const made = await ask(url, create, { token, variables: { input: { name: 'page', kind: 'WRITE' } } });
    const { secret } = field<{ secret: string }>(made, 'createApiKey');
    expect(secret).toMatch(/^cda_wk_/);
    const track = `mutation { trackEvents(input: [{ event: "Product Viewed", messageId: "m-1", anonymousId: "a-1",
      properties: { product_id: "p-1", price: 2.5 } }]) { ... on TrackEventsPayload { accepted } } }`;
    expect((await ask(url, track, { token: secret })).data).toEqual({ trackEvents: { accepted: 1 } });
    expect((await ask(url, '{ customers { totalCount } }', { token: secret })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(url, '{ models { name } }', { token: secret })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(url, '{ shop { name } }', { token: secret })).codes).toEqual(['FORBIDDEN']);
  });

  test('only secrets in full are kept nowhere', async () => {
    const token = await tokenOf('ADMIN');
    const made = await ask(url, create, { token, variables: { input: { name: 'hashed', kind: 'API' } } });
    const { secret } = field<{ secret: string }>(made, 'createApiKey');
    const { rows } = await graph.db.query('SELECT row_to_json(k)::text AS row FROM users.api_key k');
    expect(rows.some(({ row }) => row.includes('hashed'))).toBe(true);
    expect(rows.some(({ row }) => row.includes(secret))).toBe(false);
  });

  test('a key cannot get scopes of people, of the inside, or unknown ones', async () => {
    const token = await tokenOf('ADMIN');
    for (const scope of ['accounts:manage', 'internal:session', 'internal:bot', 'all:things']) {
      const made = await ask(url, create, { token, variables: { input: { name: 'k', kind: 'API', scopes: [scope] } } });
      expect(made.data?.['createApiKey']).toMatchObject({ __typename: 'InvalidInput', path: 'input.scopes' });
    }
    const write = { name: 'k', kind: 'WRITE', scopes: ['customers:read'] };
    const made = await ask(url, create, { token, variables: { input: write } });
    expect(made.data?.['createApiKey']).toMatchObject({ __typename: 'InvalidInput', path: 'input.scopes' });
  });

  test('a key that is not there, or is no id at all, is told by name', async () => {
    const token = await tokenOf('ADMIN');
    for (const id of ['00000000-0000-4000-8000-000000000000', "' OR 1=1 --", '']) {
      const answer = await ask(url, 'mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', {
        token,
        variables: { id },
      });
      expect(answer.data).toEqual({ revokeApiKey: { __typename: 'NotFound' } });
    }
  });
});

describe('the bot', () => {
  test('links a chat by a code, acts for its account, and loses it again', async () => {
    const cookie = await signedIn();
    const made = await ask(url, 'mutation { createTelegramLinkCode { code expiresAt } }', { headers: { cookie } });
    const { code } = field<{ code: string }>(made, 'createTelegramLinkCode');
    const bot = graph.secrets.botKey;
    const link = `mutation ($chatId: String!, $code: String!) { linkTelegramChat(chatId: $chatId, code: $code) {
      ... on LinkedTelegramChat { account { email } } ... on InvalidInput { code } } }`;
    const linked = await ask(url, link, { token: bot, variables: { chatId: '42', code } });
    expect(linked.data).toEqual({ linkTelegramChat: { account: { email: 'admin@demo.example' } } });
    const twice = await ask(url, link, { token: bot, variables: { chatId: '43', code } });
    expect(twice.data).toEqual({ linkTelegramChat: { code: 'CODE_NOT_VALID' } });

    const tokenFor = 'mutation ($chatId: String!) { telegramChatToken(chatId: $chatId) { token account { email } } }';
    const acting = await ask(url, tokenFor, { token: bot, variables: { chatId: '42' } });
    const { token } = field<{ token: string }>(acting, 'telegramChatToken');
    expect((await ask(url, '{ viewer { email } }', { token })).data).toEqual({
      viewer: { email: 'admin@demo.example' },
    });
    const foreign = await ask(url, tokenFor, { token: bot, variables: { chatId: '43' } });
    expect(foreign.data).toEqual({ telegramChatToken: null });

    const unlink = 'mutation { unlinkTelegramChat(chatId: "42") }';
    expect((await ask(url, unlink, { token: bot })).data).toEqual({ unlinkTelegramChat: true });
    const after = await ask(url, tokenFor, { token: bot, variables: { chatId: '42' } });
    expect(after.data).toEqual({ telegramChatToken: null });
  });

  test('only the bot may ask for the token of a chat, and the bot reads nothing by itself', async () => {
    const token = await tokenOf('ADMIN');
    const query = 'mutation { telegramChatToken(chatId: "42") { token } }';
    expect((await ask(url, query, { token })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(url, '{ customers { totalCount } }', { token: graph.secrets.botKey })).codes).toEqual([
      'FORBIDDEN',
    ]);
    const wrong = `${graph.secrets.botKey.slice(0, -1)}${graph.secrets.botKey.endsWith('A') ? 'B' : 'A'}`;
    expect((await ask(url, query, { token: wrong })).codes).toEqual(['UNAUTHENTICATED']);
  });
});
