import { generateKeyPairSync } from 'node:crypto';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { expect, test } from 'vitest';
import { type Balancer, startBalancer } from '../balancer.ts';
import { ask } from '../graph/ask.ts';
import { type PartProcess, startPartProcess } from '../part-process.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { testSecret } from '../system-template.ts';

const send = `mutation Send($input: [EventInput!]!) {
  trackEvents(input: $input) { ... on TrackEventsPayload { accepted duplicates rejected } }
}`;
const read = 'query Shop { shop { currency } metrics(range: LAST_28_DAYS) { orders } }';

test('replicas of the gateway and of a subgraph are replaced one by one under load: no request fails, no event is lost or stored twice', async () => {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await createTestDatabase());
  const env = {
    DATABASE_URL: database.url,
    INTERNAL_SECRET: testSecret,
    JWT_PRIVATE_KEY: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    DRAIN_MS: '500',
    LOG_LEVEL: 'warn',
  };
  const { access } = await loadSecrets({ env });
  const { token } = await issueAccessToken(access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  const subgraphs = opened.use(await startBalancer());
  const front = opened.use(await startBalancer());
  const elsewhere = 'http://127.0.0.1:9/graphql';
  const start = async (name: 'analytics' | 'gateway', balancer: Balancer): Promise<PartProcess> => {
    const part = await startPartProcess(name, {
      ...env,
      USERS_URL: elsewhere,
      PRODUCTS_URL: elsewhere,
      RECOMMENDATIONS_URL: elsewhere,
      ANALYTICS_URL: `${subgraphs.url}/graphql`,
    });
    opened.use(part);
    await balancer.add(part.port);
    return part;
  };
  const running: [string, Balancer, PartProcess][] = [];
  for (const [name, balancer] of [
    ['analytics', subgraphs],
    ['gateway', front],
  ] as const) {
    for (let replica = 0; replica < 2; replica++) running.push([name, balancer, await start(name, balancer)]);
  }

  let stop = false;
  let asked = 0;
  const failures: unknown[] = [];
  const sent = new Set<string>();
  const client = async (number: number): Promise<void> => {
    for (let i = 0; !stop; i++) {
      const sends = i % 2 === 0;
      const messageId = `event-${number}-${i}`;
      if (sends) sent.add(messageId);
      const answer = await ask(front.url, sends ? send : read, {
        token,
        variables: sends
          ? { input: [{ event: 'Product Viewed', messageId, userId: `c${number}`, properties: { product_id: 'p1' } }] }
          : {},
      }).catch((error: Error) => error);
      asked++;
      if (answer instanceof Error) failures.push(answer.message);
      else if (answer.status !== 200 || answer.errors) failures.push([answer.status, answer.errors]);
      else if (sends) expect(answer.data).toEqual({ trackEvents: { accepted: 1, duplicates: 0, rejected: 0 } });
    }
  };
  const clients = Array.from({ length: 12 }, (_, number) => client(number));
  for (const [name, balancer, old] of running) {
    const before = asked;
    await start(name as 'analytics' | 'gateway', balancer);
    await old[Symbol.asyncDispose]();
    balancer.remove(old.port);
    // There was load while it was replaced.
    expect(asked - before).toBeGreaterThan(20);
  }
  stop = true;
  await Promise.all(clients);

  expect(failures).toEqual([]);
  // The old ones had their share, and so did those that took their place.
  for (const balancer of [subgraphs, front]) {
    expect(balancer.answered.size).toBe(4);
    for (const count of balancer.answered.values()) expect(count).toBeGreaterThan(0);
  }
  const db = opened.adopt(createPool(database.url, { name: 'test', max: 1 }), (pool) => pool.end());
  const { rows } = await db.query<{ message_id: string }>('SELECT message_id FROM events.log');
  expect(rows.map((row) => row.message_id).sort()).toEqual([...sent].sort());
}, 300_000);
