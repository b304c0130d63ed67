import { resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { Pool as HttpPool } from 'undici';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { type BenchGroup, measured, quantile, timed } from '../measurement.ts';

const batchSize = 100;
const batches = 1_500;
const connections = 16;

/** Events of a shop's pages: two thirds views, some carts and orders, 5,000 visitors. */
function makeBatch(run: string, batch: number): Record<string, unknown>[] {
  return Array.from({ length: batchSize }, (_, i) => {
    const n = batch * batchSize + i;
    const product = {
      product_id: `p${n % 997}`,
      name: `Product ${n % 997}`,
      category: 'Home > Kitchen',
      price: 5 + (n % 40),
    };
    const order = n % 30 === 0;
    return {
      type: 'track',
      event: order ? 'Order Completed' : n % 10 === 0 ? 'Product Added' : 'Product Viewed',
      messageId: `${run}-${n}`,
      userId: `u${n % 5_000}`,
      timestamp: new Date(Date.now() - (n % 3_600_000)).toISOString(),
      properties: order ? { order_id: `${run}-${n}`, products: [{ ...product, quantity: 1 + (n % 3) }] } : product,
      context: { page: { url: 'https://shop.example/p' }, locale: 'en' },
    };
  });
}

interface Load {
  eventsPerSecond: number;
  latencies: number[];
}

/** Sends all batches over a fixed number of connections, each waiting for its acknowledgement. */
async function load(send: (batch: number) => Promise<void>): Promise<Load> {
  const latencies: number[] = [];
  let next = 0;
  const [ms] = await timed(() =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < batches) {
          const batch = next++;
          latencies.push((await timed(() => send(batch)))[0]);
        }
      }),
    ),
  );
  return { eventsPerSecond: Math.round((batches * batchSize) / (ms / 1000)), latencies };
}

/** Sustained, acknowledged events/s through both doors, against the same rows by a plain multi-row insert in the same run. */
export const ingestGroup: BenchGroup = {
  name: 'ingest',
  about: 'acknowledged events/s by HTTP and by the graph, against raw multi-row inserts; how far projections lag',
  async *run() {
    await using bench = await startBenchSystem();
    const raw = await rawInserts(bench);
    await using gateway = await startGateway({
      port: 0,
      host: '127.0.0.1',
      supergraphPath: resolve(import.meta.dirname, '../../schema/supergraph.graphql'),
      subgraphs: bench.system.subgraphs,
      secrets: bench.secrets,
      production: false,
      log: silentLog,
      rate: { burst: 1e9, perSecond: 1e9 },
      collectRate: { burst: 1e9, perSecond: 1e9 },
    });
    const { token } = await issueAccessToken(bench.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    const http = new HttpPool(gateway.url, { connections });
    const post = async (path: string, body: unknown): Promise<string> => {
      const { statusCode, body: answer } = await http.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (statusCode !== 200 || !text.includes(`"accepted":${batchSize}`))
        throw new Error(`${statusCode} ${text.slice(0, 300)}`);
      return text;
    };
    const before = process.memoryUsage().rss;
    const segment = await load(async (batch) => {
      await post('/v1/batch', { batch: makeBatch('http', batch) });
    });
    const lagAtEnd = await lagOf(bench);
    const [catchUpMs] = await timed(() => bench.system.catchUp());
    yield measured(
      '/v1/batch of 100, acknowledged',
      [segment.eventsPerSecond, 'events/s'],
      ['raw multi-row insert of 100', raw.eventsPerSecond],
      {
        text: '≥ 20,000 events/s and ≥ 0.4 of raw',
        met: (value, ratio) => value >= 20_000 && ratio >= 0.4,
      },
    );
    for (const [name, q] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      yield measured(
        `/v1/batch ${name}`,
        [quantile(segment.latencies, q), 'ms'],
        ['raw insert', quantile(raw.latencies, q)],
      );
    }
    yield measured(
      'projections behind at the end of the load',
      [lagAtEnd, 'events'],
      ['events sent', batches * batchSize],
    );
    yield measured(
      'projections up to date after',
      [catchUpMs / 1000, 's'],
      ['the load itself', (batches * batchSize) / segment.eventsPerSecond],
      {
        text: '< 2 s',
        met: (value) => value < 2,
      },
    );
    const query =
      'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { accepted } } }';
    const graph = await load(async (batch) => {
      const input = makeBatch('graph', batch).map(({ type: _type, timestamp, ...event }) => ({
        ...event,
        originalTimestamp: timestamp,
      }));
      await post('/graphql', { query, variables: { input } });
    });
    yield measured(
      'trackEvents of 100, acknowledged',
      [graph.eventsPerSecond, 'events/s'],
      ['raw multi-row insert of 100', raw.eventsPerSecond],
    );
    yield measured(
      'memory after both loads',
      [Math.round(process.memoryUsage().rss / 2 ** 20), 'MB'],
      ['before', Math.round(before / 2 ** 20)],
    );
    await http.close();
  },
};

/** The same rows by `INSERT … VALUES` of 100, into a table with the log's key and indexes. */
async function rawInserts(bench: BenchSystem): Promise<Load> {
  const pool = createPool(bench.adminUrl, { name: 'bench', max: connections, statementTimeoutMs: 0 });
  try {
    await pool.query('CREATE TABLE public.raw_log (LIKE events.log INCLUDING INDEXES INCLUDING IDENTITY)');
    const columns = [
      'customer_key',
      'message_id',
      'type',
      'name',
      'occurred_at',
      'received_at',
      'user_id',
      'source',
      'properties',
      'context',
    ];
    const rows = Array.from(
      { length: batchSize },
      (_, r) => `(${columns.map((_c, c) => `$${r * columns.length + c + 1}`).join(', ')})`,
    );
    const sql = `INSERT INTO public.raw_log (${columns.join(', ')}) VALUES ${rows.join(', ')} ON CONFLICT DO NOTHING`;
    return await load(async (batch) => {
      const values = makeBatch('raw', batch).flatMap((event) => [
        `u:${event['userId']}`,
        event['messageId'],
        'track',
        event['event'],
        event['timestamp'],
        new Date(),
        event['userId'],
        'raw',
        JSON.stringify(event['properties']),
        JSON.stringify(event['context']),
      ]);
      await pool.query(sql, values);
    });
  } finally {
    await pool.query('DROP TABLE public.raw_log');
    await pool.end();
  }
}

async function lagOf(bench: BenchSystem): Promise<number> {
  const states = await Promise.all(
    Object.values(bench.system.subgraphs).map((subgraph) => subgraph.projector.states()),
  );
  return Math.max(0, ...states.flat().map(({ lag }) => lag));
}
