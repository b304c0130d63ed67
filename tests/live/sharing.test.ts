import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandFedGraph, openHandFedGraph } from './hand-fed-graph.ts';
import { codesOf, openSocket, readEvents } from './live-clients.ts';

let graph: HandFedGraph;
let url: string;
beforeEach(async () => {
  graph = await openHandFedGraph({ live: { tellAwayMs: 50, connectionsPerViewer: 200 } });
  url = graph.gateway.url;
});
afterEach(() => graph[Symbol.asyncDispose]());

const moved = 'subscription ($id: ID) { moved(id: $id) { id name } }';
const event = (id: string) => ({ result: { data: { moved: { __typename: 'Customer', id } } } });

test('a result holds fields of every part, whichever part owns the stream', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const reading = read(moved);
  (await graph.stream(0)).send(event('7'));
  expect(await reading.until(1)).toEqual([{ data: { moved: { id: '7', name: 'Customer 7' } } }]);
  await client.dispose();
});

test('equal subscriptions share one stream, and each event is completed once for all of them', async () => {
  const token = await graph.token('ADMIN');
  const sockets = [openSocket(url, { token }), openSocket(url, { token })];
  const readings = [
    ...sockets.flatMap(({ read }) => Array.from({ length: 40 }, () => read(moved, { id: '1' }))),
    ...Array.from({ length: 5 }, () => readEvents(url, moved, { token, variables: { id: '1' } })),
  ];
  const stream = await graph.stream(0);
  // All have joined when the last of them has.
  await expect.poll(async () => await figure('cda_live_subscribers')).toBe(85);
  const before = graph.subgraphs.users.calls.length;
  for (let i = 0; i < 10; i++) stream.send(event(String(i)));
  const all = await Promise.all(readings.map((reading) => reading.until(10)));
  for (const results of all) expect(results).toEqual(all[0]);
  expect(graph.streams).toHaveLength(1);
  expect(graph.subgraphs.users.calls.length - before).toBe(10);
  for (const reading of readings) reading.stop();
  for (const { client } of sockets) await client.dispose();
  await expect.poll(() => stream.over).toBe(true);
});

test('other variables, other rights, another language or a viewer whose reading is written down have a stream of their own', async () => {
  const admin = openSocket(url, { token: await graph.token('ADMIN') });
  const viewer = openSocket(url, { token: await graph.token('VIEWER') });
  const secret = 'subscription { moved { email } }';
  admin.read(moved);
  await graph.stream(0);
  admin.read(moved, { id: '2' });
  await graph.stream(1);
  viewer.read(moved);
  await graph.stream(2);
  admin.read(secret);
  await graph.stream(3);
  expect(graph.streams.map(({ subject }) => subject)).toEqual([
    'service:live',
    'service:live',
    'service:live',
    'operator:ADMIN',
  ]);
  await admin.client.dispose();
  await viewer.client.dispose();
});

test('a field that the viewer may not see fails for them alone, and the rest is there', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('VIEWER') });
  const reading = read('subscription { moved { name email } }');
  (await graph.stream(0)).send(event('7'));
  const [result] = await reading.until(1);
  expect(result?.data).toEqual({ moved: { name: 'Customer 7', email: null } });
  expect(codesOf(result!)).toEqual(['FORBIDDEN']);
  await client.dispose();
});

test('who comes later gets how things stand at once, and of what happened nothing old', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const early = read('subscription { standing }');
  const standing = await graph.stream(0);
  const earlySaid = read('subscription { said }');
  const said = await graph.stream(1);
  standing.send({ result: { data: { standing: 'one' } }, state: true });
  said.send({ result: { data: { said: 'one' } } });
  await Promise.all([early.until(1), earlySaid.until(1)]);
  const [late, lateSaid] = [read('subscription { standing }'), read('subscription { said }')];
  expect(await late.until(1)).toEqual([{ data: { standing: 'one' } }]);
  await expect.poll(async () => await figure('cda_live_subscribers')).toBe(4);
  said.send({ result: { data: { said: 'two' } } });
  expect(await lateSaid.until(1)).toEqual([{ data: { said: 'two' } }]);
  expect(graph.streams).toHaveLength(2);
  await client.dispose();
});

test('nobody joins a stream whose beginning somebody chose', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const query = 'subscription ($after: String) { said(after: $after) }';
  const first = read(query, { after: '5' });
  (await graph.stream(0)).send({ position: '5', chosen: true });
  (await graph.stream(0)).send({ result: { data: { said: 'six' } }, position: '6' });
  await first.until(1);
  const second = read(query, { after: '5' });
  (await graph.stream(1)).send({ result: { data: { said: 'six' } }, position: '6' });
  expect(await second.until(1)).toEqual([{ data: { said: 'six' } }]);
  await client.dispose();
});

test('a stream that is lost is opened again where it was lost, and its readers notice nothing', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const reading = read('subscription { said }');
  const first = await graph.stream(0);
  first.send({ position: '10' });
  first.send({ result: { data: { said: 'eleven' } }, position: '11' });
  await reading.until(1);
  first.lose();
  const second = await graph.stream(1);
  expect(second.lastPosition).toBe('11');
  second.send({ result: { data: { said: 'twelve' } }, position: '12' });
  expect(await reading.until(2)).toEqual([{ data: { said: 'eleven' } }, { data: { said: 'twelve' } }]);
  await client.dispose();
});

test('where the part stays away its readers are told once, and get what comes when it is back', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const reading = read('subscription { said }');
  const first = await graph.stream(0);
  first.send({ position: '10' });
  graph.away = true;
  first.lose();
  const [told] = await reading.until(1);
  expect(codesOf(told!)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  await delay(300);
  graph.away = false;
  (await graph.stream(1)).send({ result: { data: { said: 'back' } } });
  const results = await reading.until(2);
  expect(results).toHaveLength(2);
  expect(results[1]).toEqual({ data: { said: 'back' } });
  expect(JSON.stringify(results)).not.toContain('10.0.0.7');
  await client.dispose();
});

test('a part that is away when a subscription begins ends it with an error', async () => {
  graph.away = true;
  const reading = readEvents(url, 'subscription { said }', { token: await graph.token('ADMIN') });
  expect(codesOf((await reading.until(1))[0]!)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(await reading.ended).toBe('complete');
});

test('a part that does not complete an event leaves its fields empty, with an error that names it', async () => {
  const { client, read } = openSocket(url, { token: await graph.token('ADMIN') });
  const reading = read(moved);
  graph.subgraphs.users.instead = () => Promise.reject(new Error('connect ECONNREFUSED'));
  (await graph.stream(0)).send(event('7'));
  const [result] = await reading.until(1);
  expect([result?.data, codesOf(result!)]).toEqual([{ moved: { id: '7', name: null } }, ['SUBGRAPH_UNAVAILABLE']]);
  await client.dispose();
});

/** A figure of the gateway. */
async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}
