import { resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { demoShopState, fillDemoShop } from '@cda/standalone/demo-data.ts';
import pg from 'pg';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { type Measurement, measured, quantile, timed } from '../measurement.ts';

const requests = 200;

/** The query of the front page of the documentation, for one customer. */
export const customerQuery = `query Bench($id: ID!) {
  customer(id: $id) {
    name segment { name reasons { text } }
    churn { probability low high reasons { text weight } asOf model { version } }
    lifetimeValue { value { amountMinor currency } low { amountMinor } high { amountMinor } }
    recommendations(first: 5) { edges { node {
      product { name price { amountMinor currency } elasticity { value low high } } reasons { text } } } }
  }
  metrics(range: LAST_28_DAYS) { revenue { amountMinor } }
}`;

/** A demo shop with its models fitted, and customers to ask for. */
export async function openShop(scale = 0.2): Promise<{ bench: BenchSystem; ids: string[] }> {
  const bench = await startBenchSystem();
  const { system, adminUrl } = bench;
  await demoShopState(adminUrl);
  await fillDemoShop({
    adminUrl,
    writerUrl: system.roleUrl('analytics'),
    dataDir: bench.dataDir,
    seed: 42,
    scale,
    now: new Date(),
    progress: () => {},
  });
  await system.catchUp();
  await system.train();
  const pool = createPool(adminUrl, { name: 'bench', max: 1 });
  const { rows } = await pool.query<{ key: string }>(
    "SELECT customer_key AS key FROM events.log WHERE name = 'Order Completed' GROUP BY 1 ORDER BY 1 LIMIT 300",
  );
  await pool.end();
  return { bench, ids: rows.map(({ key }) => Buffer.from(`Customer:${key}`).toString('base64url')) };
}

/**
 * How much of the customer query is SQL: the time during which at least one statement of a subgraph's request connections is under way, of all
 * the time from request to answer; one request at a time, each for another customer, nothing kept.
 */
export async function* measureCustomerQuery(shop: Awaited<ReturnType<typeof openShop>>): AsyncGenerator<Measurement> {
  const { bench, ids } = shop;
  await using gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    supergraphPath: resolve(import.meta.dirname, '../../schema/supergraph.graphql'),
    subgraphs: bench.system.subgraphs,
    secrets: bench.secrets,
    production: false,
    log: silentLog,
    drainMs: 0,
  });
  const { token } = await issueAccessToken(bench.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
  const ask = async (i: number): Promise<number> => {
    const [ms, text] = await timed(async () => {
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: customerQuery, variables: { id: ids[i % ids.length] } }),
      });
      return answer.text();
    });
    if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
    return ms;
  };
  for (let i = 0; i < 50; i++) await ask(i);
  using sql = watchSql();
  const times: number[] = [];
  for (let i = 0; i < requests; i++) times.push(await ask(i + 50));
  const all = times.reduce((sum, ms) => sum + ms, 0);
  yield measured(
    'customer query: time with SQL under way',
    [sql.ms() / requests, 'ms'],
    ['the whole request', all / requests],
    {
      text: 'at least 60 %',
      met: (_, ratio) => ratio >= 0.6,
    },
  );
  yield measured('customer query: p99', [quantile(times, 0.99), 'ms'], ['p50', quantile(times, 0.5)]);
  yield measured(
    'customer query: statements',
    [sql.statements() / requests, ''],
    ['subgraphs asked', subgraphNames.length],
  );
}

/** Watches the statements of this process's request connections until it is disposed. */
function watchSql(): { ms(): number; statements(): number } & Disposable {
  const served = new Set<string>(subgraphNames);
  const client = pg.Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
  const { query } = client;
  let ms = 0;
  let statements = 0;
  let underWay = 0;
  let since = 0;
  const begin = (): void => {
    statements++;
    if (underWay++ === 0) since = performance.now();
  };
  const end = (): void => {
    if (--underWay === 0) ms += performance.now() - since;
  };
  client.query = function (this: unknown, ...given: unknown[]) {
    const { connectionParameters } = this as { connectionParameters: { application_name?: string } };
    if (!served.has(connectionParameters.application_name ?? '')) return query.apply(this, given);
    begin();
    const callback = given.at(-1);
    if (typeof callback !== 'function') return (query.apply(this, given) as Promise<unknown>).finally(end);
    return query.apply(this, [
      ...given.slice(0, -1),
      (...answer: unknown[]) => {
        end();
        callback(...answer);
      },
    ]);
  };
  return {
    ms: () => ms,
    statements: () => statements,
    [Symbol.dispose]: () => {
      client.query = query;
    },
  };
}
