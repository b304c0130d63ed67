import { join } from 'node:path';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { ServingOrder } from '@cda/standalone/workers/serving-order.ts';
import { startWorkers } from '@cda/standalone/workers/start-workers.ts';
import { Pool } from 'undici';
import { customerQuery, openShop } from '../gateway/customer-query.ts';
import { makeBatch } from '../ingest-load.ts';
import { type BenchGroup, measured, quantile } from '../measurement.ts';

const program = join(import.meta.dirname, '../../standalone/src/workers/serve.ts');
const connections = 24;
const seconds = 6;

interface Figures {
  perSecond: number;
  p99Ms: number;
}

/** The whole product behind one address: one worker and two, on the same shop in the same PostgreSQL. */
export const workersGroup: BenchGroup = {
  name: 'workers',
  about: 'customer queries/s and events/s through /v1/batch with two workers, against one',
  async *run() {
    const { bench, ids } = await openShop();
    await using _ = bench;
    const { token } = await issueAccessToken(bench.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    const results: { graph: Figures; batch: Figures }[] = [];
    for (const count of [1, 2]) {
      const order: ServingOrder = {
        adminUrl: bench.adminUrl,
        dataDir: bench.dataDir,
        logFolder: join(bench.dataDir, 'logs'),
        port: 0,
        host: '127.0.0.1',
        production: false,
        logLevel: 'info',
        responseCacheMb: 0,
      };
      await using workers = await startWorkers({
        count,
        program,
        args: [],
        env: { CDA_SERVE: JSON.stringify(order) },
        line: (text) => console.error(text),
      });
      const origin = `http://127.0.0.1:${workers.port}`;
      const key = await makeWriteKey(origin, token);
      await load(origin, '/graphql', `Bearer ${token}`, askFor(ids), 2);
      const graph = await load(origin, '/graphql', `Bearer ${token}`, askFor(ids), seconds);
      const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
      const run = `workers-${count}`;
      const batch = await load(
        origin,
        '/v1/batch',
        basic,
        (i) => JSON.stringify({ batch: makeBatch(run, i) }),
        seconds,
      );
      results.push({ graph, batch });
    }
    const [one, two] = results as [(typeof results)[0], (typeof results)[0]];
    yield measured('customer queries, two workers', [two.graph.perSecond, '/s'], ['one worker', one.graph.perSecond]);
    yield measured('customer query p99, two workers', [two.graph.p99Ms, 'ms'], ['one worker', one.graph.p99Ms]);
    yield measured(
      '/v1/batch of 100, two workers',
      [two.batch.perSecond * 100, 'events/s'],
      ['one worker', one.batch.perSecond * 100],
    );
    yield measured('/v1/batch p99, two workers', [two.batch.p99Ms, 'ms'], ['one worker', one.batch.p99Ms]);
  },
};

const askFor = (ids: readonly string[]) => (i: number) =>
  JSON.stringify({ query: customerQuery, variables: { id: ids[i % ids.length] } });

/** Sends again and again over a number of connections, each of its own, for a time. */
async function load(
  origin: string,
  path: string,
  authorization: string,
  body: (i: number) => string,
  forSeconds: number,
): Promise<Figures> {
  const times: number[] = [];
  let next = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const pool = new Pool(origin, { connections: 1, pipelining: 1 });
      while (performance.now() - from < forSeconds * 1000) {
        const payload = body(next++);
        const sent = performance.now();
        const answer = await pool.request({
          path,
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: payload,
        });
        const text = await answer.body.text();
        // A refusal is no work done: it must not count.
        if (answer.statusCode !== 200 || text.includes('"errors":[{')) {
          throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
        }
        times.push(performance.now() - sent);
      }
      await pool.close();
    }),
  );
  return { perSecond: times.length / ((performance.now() - from) / 1000), p99Ms: quantile(times, 0.99) };
}

async function makeWriteKey(origin: string, token: string): Promise<string> {
  const answer = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'mutation { createApiKey(input: { name: "bench", kind: WRITE }) { ... on CreatedApiKey { secret } } }',
    }),
  });
  const { data } = (await answer.json()) as { data: { createApiKey: { secret: string } } };
  return data.createApiKey.secret;
}
