import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { type OpenGraph, openGraph } from '../graph/open-graph.ts';
import { codesOf, openSocket, type Result, readEvents } from './live-clients.ts';

let graph: OpenGraph;
let url: string;
beforeAll(async () => {
  graph = await openGraph();
  url = graph.gateway.url;
});
afterAll(() => graph[Symbol.asyncDispose]());

const tokenOf = async (role: Role): Promise<string> =>
  (await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role })).token;

let sent = 0;
async function send(count: number, customer = 'c1', event = 'Product Viewed'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `m-${++sent}`);
  const input = ids.map((messageId) => ({
    messageId,
    event,
    userId: customer,
    properties:
      event === 'Order Completed'
        ? { order_id: messageId, currency: 'EUR', revenue: 10, total: 10, products: [] }
        : { product_id: 'p1' },
  }));
  const answer = await ask(
    url,
    'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { accepted verdicts { message } } } }',
    { token: await tokenOf('ADMIN'), variables: { input } },
  );
  expect(answer.data).toMatchObject({ trackEvents: { accepted: count } });
  return ids;
}

const messageIdOf = ({ data }: Result): unknown =>
  (data?.['eventsReceived'] as { messageId: string } | null)?.messageId;
const tail = 'subscription ($after: SafeInt) { eventsReceived(after: $after) { seq messageId } }';

test('over a WebSocket, events come as they are counted in', async () => {
  const { client, read } = openSocket(url, { token: await tokenOf('ADMIN') });
  const reading = read(tail);
  await expect.poll(() => reading.results.length).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const ids = await send(3);
  const results = await reading.until(3);
  expect(results.map(messageIdOf)).toEqual(ids);
  await client.dispose();
});

test('over server-sent events too', async () => {
  const reading = readEvents(url, tail, { token: await tokenOf('ADMIN') });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const ids = await send(3);
  const results = await reading.until(3);
  expect(results.map(messageIdOf)).toEqual(ids);
  reading.stop();
});

test('a role without the scope is told so', async () => {
  const reading = readEvents(url, tail, { token: await tokenOf('VIEWER') });
  const [result] = await reading.until(1);
  expect(codesOf(result!)).toEqual(['FORBIDDEN']);
  expect(await reading.ended).toBe('complete');
});
