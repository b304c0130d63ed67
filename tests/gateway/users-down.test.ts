import { createKey } from '@cda/platform/auth/keys.ts';
import { expect, test } from 'vitest';
import { createAuthenticator } from '../../gateway/src/who/authenticate.ts';
import { ask } from '../graph/ask.ts';
import { openSmallGraph } from './small-graph.ts';

const access = { signing: undefined, verifying: new Map(), jwks: { keys: [] } };

test('a key that held a moment ago is taken on trust for a minute while the users subgraph is down, an unknown one is not', async () => {
  let now = 1_800_000_000_000;
  let down = false;
  let asked = 0;
  const key = createKey('API');
  const users = {
    verifyKey: async (secret: string) => {
      asked++;
      if (down) throw new Error('down');
      return secret === key ? { id: '1', scopes: ['analytics:read'] } : undefined;
    },
    refresh: () => Promise.reject(new Error('down')),
  };
  const authenticator = createAuthenticator({ access, botKey: createKey('BOT'), users, now: () => now });
  const asks = (secret: string) => authenticator.authenticate({ authorization: `Bearer ${secret}` });
  expect((await asks(key)).caller?.subject).toBe('key:1');
  await asks(key);
  expect(asked).toBe(1);
  down = true;
  now += 30_000;
  expect((await asks(key)).caller?.subject).toBe('key:1');
  await expect(asks(createKey('API'))).rejects.toThrow('down');
  now += 40_000;
  await expect(asks(key)).rejects.toThrow('down');
  down = false;
  expect((await asks(key)).caller?.subject).toBe('key:1');
});

test('a key that was refused stays refused while nobody can be asked', async () => {
  let now = 1_800_000_000_000;
  let down = false;
  const users = {
    verifyKey: async () => {
      if (down) throw new Error('down');
      return undefined;
    },
    refresh: () => Promise.reject(new Error('down')),
  };
  const authenticator = createAuthenticator({ access, botKey: createKey('BOT'), users, now: () => now });
  const headers = { authorization: `Bearer ${createKey('API')}` };
  expect((await authenticator.authenticate(headers)).caller).toBeUndefined();
  down = true;
  now += 10_000;
  expect((await authenticator.authenticate(headers)).caller).toBeUndefined();
});

test('with the users subgraph down a session is told to try again, not signed out, and tokens go on', async () => {
  await using graph = await openSmallGraph();
  graph.subgraphs.users.instead = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'));
  const session = await ask(graph.gateway.url, '{ orders }', { headers: { cookie: 'cda_refresh=cda_rt_x' } });
  expect([session.status, session.codes]).toEqual([503, ['SUBGRAPH_UNAVAILABLE']]);
  expect(session.headers.getSetCookie()).toEqual([]);
  expect(session.headers.get('retry-after')).toBe('5');
  const token = await ask(graph.gateway.url, '{ orders }', { token: await graph.token('VIEWER') });
  expect(token.data).toEqual({ orders: 7 });
  const signIn = await fetch(`${graph.gateway.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: 'x' }),
  });
  expect(signIn.status).toBe(503);
  expect(await signIn.text()).not.toMatch(/10\.0\.0\.7/);
});

test('a users subgraph that never answers is given up in time', async () => {
  await using graph = await openSmallGraph({ gateway: { subgraphTimeoutMs: 200 } });
  graph.subgraphs.users.instead = () => new Promise(() => {});
  const answer = await ask(graph.gateway.url, '{ orders }', { token: createKey('API') });
  expect([answer.status, answer.codes]).toEqual([503, ['SUBGRAPH_UNAVAILABLE']]);
});
