import { resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { demoShopState, fillDemoShop } from '@cda/standalone/demo-data.ts';
import { startBenchSystem } from '../bench-system.ts';
import { type BenchGroup, type Measurement, measured, quantile, timed } from '../measurement.ts';

const customerQuery = `query Bench($id: ID!) {
  customer(id: $id) {
    name segment { name reasons { text } }
    churn { probability reasons { text weight } asOf model { version } }
    recommendations(first: 5) { edges { node {
      product { name price { amountMinor currency } elasticity { value low high } } reasons { text } } } }
  }
  metrics(range: LAST_28_DAYS) { revenue { amountMinor } }
}`;
const requests = 300;

/** The demo shop at full scale: events in, projections, models, and the federated query through the gateway. */
export const systemGroup: BenchGroup = {
  name: 'system',
  about: 'demo shop: appended and projected events/s, time and quality of each model, the customer query',
  async *run() {
    await using bench = await startBenchSystem();
    const { system, adminUrl } = bench;
    const pool = createPool(adminUrl, { name: 'bench', max: 2, statementTimeoutMs: 0 });
    try {
      await demoShopState(adminUrl);
      const [fillMs, shop] = await timed(() =>
        fillDemoShop({
          adminUrl,
          writerUrl: system.roleUrl('analytics'),
          dataDir: bench.dataDir,
          seed: 42,
          scale: 1,
          now: new Date(),
          progress: () => {},
        }),
      );
      const [readMs] = await timed(() => pool.query('SELECT count(*), sum(length(properties::text)) FROM events.log'));
      const rate = (ms: number): number => Math.round(shop.events / (ms / 1000));
      yield measured(
        'demo shop into the log',
        [rate(fillMs), 'events/s'],
        ['reading the same events back in SQL', rate(readMs)],
      );
      const [projectMs] = await timed(async () => {
        for (const subgraph of Object.values(system.subgraphs)) await subgraph.projector.replay();
      });
      yield measured(
        'replay of every projection',
        [rate(projectMs), 'events/s'],
        ['one plain read of the log', rate(readMs)],
      );
      yield* models(system, pool);
      yield* queries(bench, pool);
    } finally {
      await pool.end();
    }
  },
};

async function* models(
  system: Awaited<ReturnType<typeof startBenchSystem>>['system'],
  pool: ReturnType<typeof createPool>,
): AsyncGenerator<Measurement> {
  const [allMs] = await timed(() => system.train());
  const { rows } = await pool.query<{
    model: string;
    duration_ms: number;
    primary_metric: string;
    value: number;
    baseline_name: string;
    baseline: number;
    status: string;
  }>('SELECT DISTINCT ON (model) * FROM registry.model_version ORDER BY model, version DESC');
  for (const row of rows) {
    yield measured(`train ${row.model}`, [row.duration_ms / 1000, 's'], ['all models together', allMs / 1000]);
    yield measured(`${row.model}: ${row.primary_metric}`, [row.value, ''], [row.baseline_name, row.baseline], {
      text: 'beats its baseline',
      met: () => row.status !== 'BELOW_BASELINE',
    });
  }
}

async function* queries(
  bench: Awaited<ReturnType<typeof startBenchSystem>>,
  pool: ReturnType<typeof createPool>,
): AsyncGenerator<Measurement> {
  const { system, secrets } = bench;
  await using gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    supergraphPath: resolve(import.meta.dirname, '../../schema/supergraph.graphql'),
    subgraphs: system.subgraphs,
    secrets,
    production: false,
    log: silentLog,
  });
  const { token } = await issueAccessToken(secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  const { rows } = await pool.query<{ key: string }>(
    "SELECT customer_key AS key FROM events.log WHERE name = 'Order Completed' GROUP BY 1 LIMIT 300",
  );
  const ids = rows.map(({ key }) => Buffer.from(`Customer:${key}`).toString('base64url'));
  const ask = async (query: string, id?: string): Promise<number> => {
    const [ms, body] = await timed(async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, ...(id ? { variables: { id } } : {}) }),
      });
      return (await response.json()) as { errors?: unknown[] };
    });
    if (body.errors) throw new Error(JSON.stringify(body.errors).slice(0, 500));
    return ms;
  };
  const series = async (query: string, withId: boolean): Promise<number[]> => {
    const times: number[] = [];
    for (let i = 0; i < requests; i++) times.push(await ask(query, withId ? ids[i % ids.length] : undefined));
    return times.slice(requests / 10);
  };
  const light = await series('{ shop { name } }', false);
  const heavy = await series(customerQuery, true);
  for (const [name, q] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    yield measured(
      `customer query through the gateway, ${name}`,
      [quantile(heavy, q), 'ms'],
      ['{ shop { name } } through the same gateway', quantile(light, q)],
    );
  }
}
