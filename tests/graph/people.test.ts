import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
let url: string;
let admin: string;

beforeAll(async () => {
  graph = await openGraph({ gateway: { signInRate: { burst: 1_000, perSecond: 1_000 } } });
  url = graph.gateway.url;
  admin = (await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' })).token;
});
afterAll(() => graph[Symbol.asyncDispose]());

const create = `mutation ($input: CreateAccountInput!) { createAccount(input: $input) {
  __typename ... on CreatedAccount { account { id email role disabledAt } signInCode { code path expiresAt } } ... on InvalidInput { code path } } }`;
const setRole = `mutation ($id: ID!, $role: Role!) { setAccountRole(account: $id, role: $role) {
  __typename ... on ChangedAccount { account { role } } ... on InvalidInput { code } ... on NotFound { code } } }`;
const disable = `mutation ($id: ID!, $disabled: Boolean!) { setAccountDisabled(account: $id, disabled: $disabled) {
  __typename ... on ChangedAccount { account { disabledAt } } ... on InvalidInput { code } ... on NotFound { code } } }`;
const setPassword = `mutation ($password: String!, $current: String) { setPassword(password: $password, current: $current) {
  __typename ... on InvalidInput { code path } } }`;

interface Created {
  account: { id: string; email: string; role: Role };
  signInCode: { code: string; path: string };
}

const made = async (email: string, role: Role): Promise<Created> =>
  field<Created>(
    await ask(url, create, { token: admin, variables: { input: { email, name: 'Name', role } } }),
    'createAccount',
  );

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

const signIn = (body: unknown) =>
  fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('an administrator makes an account, and its holder signs in by the code, sets a password and signs in by it', async () => {
  const { account, signInCode } = await made(' Eva@Shop.Example ', 'ANALYST');
  expect(account).toMatchObject({ email: 'eva@shop.example', role: 'ANALYST', disabledAt: null });
  const opened = await fetch(url + signInCode.path, { redirect: 'manual' });
  expect(opened.headers.get('location')).toBe('/');
  const cookie = cookiesOf(opened);
  const short = await ask(url, setPassword, { headers: { cookie }, variables: { password: 'short' } });
  expect(short.data).toEqual({
    setPassword: { __typename: 'InvalidInput', code: 'PASSWORD_NOT_VALID', path: 'password' },
  });
  const set = await ask(url, setPassword, { headers: { cookie }, variables: { password: 'correct horse battery' } });
  expect(set.data).toEqual({ setPassword: { __typename: 'PasswordSet' } });
  expect((await signIn({ email: 'EVA@shop.example', password: 'correct horse battery' })).status).toBe(200);

  // The session from before cannot be renewed, and the next change needs the current password.
  const [, refresh = ''] = cookie.split('; ');
  expect((await ask(url, '{ viewer { id } }', { headers: { cookie: refresh } })).codes).toEqual(['UNAUTHENTICATED']);
  const wrong = await ask(url, setPassword, {
    headers: { cookie },
    variables: { password: 'another long one', current: 'x' },
  });
  expect(wrong.data).toMatchObject({ setPassword: { code: 'CURRENT_PASSWORD_WRONG', path: 'current' } });
  const variables = { password: 'another long one', current: 'correct horse battery' };
  expect((await ask(url, setPassword, { headers: { cookie }, variables })).data).toEqual({
    setPassword: { __typename: 'PasswordSet' },
  });
});

test('the current password cannot be guessed from an open session', async () => {
  const { signInCode } = await made('guess@shop.example', 'VIEWER');
  const cookie = cookiesOf(await signIn({ code: signInCode.code }));
  await ask(url, setPassword, { headers: { cookie }, variables: { password: 'the first password' } });
  for (let i = 0; i < 5; i++) {
    await ask(url, setPassword, {
      headers: { cookie },
      variables: { password: 'a second password', current: `guess ${i}` },
    });
  }
  const variables = { password: 'a second password', current: 'the first password' };
  expect((await ask(url, setPassword, { headers: { cookie }, variables })).data).toMatchObject({
    setPassword: { code: 'CURRENT_PASSWORD_WRONG' },
  });
});

test('one address is one account, also when two are made at once', async () => {
  const both = await Promise.all(
    [1, 2].map(() =>
      ask(url, create, {
        token: admin,
        variables: { input: { email: 'twice@shop.example', name: 'N', role: 'VIEWER' } },
      }),
    ),
  );
  const kinds = both.map((answer) => field<{ __typename: string }>(answer, 'createAccount').__typename).sort();
  expect(kinds).toEqual(['CreatedAccount', 'InvalidInput']);
});

test.each([
  ['no address', { email: 'eva', name: 'N', role: 'VIEWER' }, 'input.email'],
  ['two addresses', { email: 'a@b@c', name: 'N', role: 'VIEWER' }, 'input.email'],
  ['an empty name', { email: 'n@shop.example', name: ' ', role: 'VIEWER' }, 'input.name'],
  ['a name with a line break', { email: 'n@shop.example', name: 'a\nb', role: 'VIEWER' }, 'input.name'],
])('%s is refused in words', async (_name, input, path) => {
  const answer = await ask(url, create, { token: admin, variables: { input } });
  expect(answer.data).toMatchObject({ createAccount: { __typename: 'InvalidInput', path } });
});

test('a role that is taken away is gone at the next renewal, a disabled account at once', async () => {
  const { account, signInCode } = await made('role@shop.example', 'ANALYST');
  const [, refresh = ''] = cookiesOf(await signIn({ code: signInCode.code })).split('; ');
  const role = await ask(url, setRole, { token: admin, variables: { id: account.id, role: 'VIEWER' } });
  expect(role.data).toEqual({ setAccountRole: { __typename: 'ChangedAccount', account: { role: 'VIEWER' } } });
  const renewed = await ask(url, '{ viewer { role scopes } }', { headers: { cookie: refresh } });
  expect(renewed.data).toEqual({ viewer: { role: 'VIEWER', scopes: ['analytics:read', 'customers:read'] } });
  const next = renewed.headers.getSetCookie()[1]?.split(';')[0] as string;

  await ask(url, disable, { token: admin, variables: { id: account.id, disabled: true } });
  expect((await ask(url, '{ viewer { id } }', { headers: { cookie: next } })).codes).toEqual(['UNAUTHENTICATED']);
  const code = 'mutation ($id: ID!) { createSignInCode(account: $id) { __typename } }';
  expect((await ask(url, code, { token: admin, variables: { id: account.id } })).data).toEqual({
    createSignInCode: { __typename: 'NotFound' },
  });
  await ask(url, disable, { token: admin, variables: { id: account.id, disabled: false } });
  expect((await ask(url, code, { token: admin, variables: { id: account.id } })).data).toEqual({
    createSignInCode: { __typename: 'CreatedSignInCode' },
  });
});

test('the last administrator stays one, also when two shut each other out at once', async () => {
  const [a, b] = [await made('a@admin.example', 'ADMIN'), await made('b@admin.example', 'ADMIN')];
  const answers = await Promise.all(
    [a, b].map(({ account }) => ask(url, setRole, { token: admin, variables: { id: account.id, role: 'VIEWER' } })),
  );
  const outcomes = answers.map((answer) => field<{ __typename: string }>(answer, 'setAccountRole').__typename).sort();
  expect(outcomes).toEqual(['ChangedAccount', 'InvalidInput']);
  for (const { account } of [a, b])
    await ask(url, disable, { token: admin, variables: { id: account.id, disabled: true } });
  const { rows } = await graph.db.query(
    `SELECT count(*)::int AS count FROM users.account WHERE role = 'ADMIN' AND disabled_at IS NULL`,
  );
  expect(rows).toEqual([{ count: 1 }]);
});

test('accounts are listed for those who manage them, and ids of nobody are told', async () => {
  const answer = await ask(url, '{ accounts { email role createdAt } }', { token: admin });
  const emails = field<{ email: string }[]>(answer, 'accounts').map(({ email }) => email);
  expect(emails).toEqual([...emails].sort());
  for (const id of ['', 'x', '00000000-0000-4000-8000-000000000000']) {
    const changed = await ask(url, setRole, { token: admin, variables: { id, role: 'VIEWER' } });
    expect(changed.data).toMatchObject({ setAccountRole: { __typename: 'NotFound' } });
  }
});
