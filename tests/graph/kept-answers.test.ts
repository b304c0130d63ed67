import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { beginErasure, finishErasure } from '@cda/platform/events/erase.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { registry } from '@cda/platform/telemetry/metrics.ts';
import { expect, test } from 'vitest';
import { openRedis, redisPrefix } from '../../gateway/src/shared/redis.ts';
import { smallDemoShop } from '../demo-template.ts';
import { hasRedis, startRedis } from '../redis-fixture.ts';
import { ask } from './ask.ts';
import { openGraph } from './open-graph.ts';

const hits = async (): Promise<number> => {
  const metric = await registry.getSingleMetric('cda_response_cache_total')?.get();
  return metric?.values.find(({ labels }) => labels['outcome'] === 'hit')?.value ?? 0;
};

async function leavesKeptAnswers(withRedis: boolean): Promise<void> {
  await using opening = new AsyncDisposableStack();
  const redis = withRedis ? opening.use(await startRedis()) : undefined;
  const graph = opening.use(
    await openGraph({
      template: smallDemoShop,
      gateway: { responseCache: { mostBytes: 1e7 }, ...(redis ? { redisUrl: redis.url } : {}) },
    }),
  );
  const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  const admin = opening.adopt(createPool(graph.adminUrl, { name: 'test', max: 1 }), (pool) => pool.end());
  const { rows } = await admin.query<{ key: string }>(
    'SELECT customer_key AS key FROM users.customer WHERE order_count > 3 ORDER BY 1 LIMIT 1',
  );
  const key = rows[0]!.key;
  const query =
    'query Who($id: ID!) { customer(id: $id) { externalId orderCount churn { probability } } shop { name } }';
  const who = async () =>
    (await ask(graph.gateway.url, query, { token, variables: { id: toGlobalId('Customer', key) } })).data as {
      customer: { externalId: string } | null;
    };
  if (redis) {
    const parts = async () => (await (await fetch(`${graph.gateway.url}/health/ready`)).json()) as { parts: object };
    await expect.poll(parts).toMatchObject({ parts: { redis: { status: 'up' } } });
  }
  const before = await hits();
  expect((await who()).customer?.externalId).toBe(key.slice(2));
  await expect.poll(async () => ((await who()).customer ? await hits() : -1)).toBeGreaterThan(before);

  // As the command line does it: past the gateway.
  const receipt = await beginErasure(graph.db, { people: [[key]], mode: 'WIPE', afterwards: 'REFUSE', by: 'test' });
  const keeper = setInterval(who, 200);
  await finishErasure(graph.db, receipt);
  await expect.poll(async () => (await who()).customer, { timeout: 10_000, interval: 100 }).toBeNull();
  clearInterval(keeper);
  // Whatever was being kept while it was carried out is not used either, though its time is not over.
  for (let i = 0; i < 20; i++) expect((await who()).customer).toBeNull();

  if (redis) {
    const { client } = opening.adopt(openRedis(redis.url, silentLog), (open) => open.close());
    await expect.poll(() => client.status).toBe('ready');
    const kept = async () => {
      const keys = await client.keys('*');
      const values = await Promise.all(keys.map((name) => client.get(name.slice(redisPrefix.length)).catch(() => '')));
      return values.filter((value) => value?.includes(`"${key.slice(2)}"`));
    };
    await expect.poll(kept, { timeout: 15_000 }).toEqual([]);
  }
}

const name = (where: string) => `who was erased leaves the answers that were kept in ${where}`;
test(name('memory'), () => leavesKeptAnswers(false), 240_000);
test.skipIf(!hasRedis)(name('Redis (skipped where there is no redis-server)'), () => leavesKeptAnswers(true), 240_000);
