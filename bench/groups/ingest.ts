import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import type { ProjectionState } from '@cda/platform/events/projector.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { importFile } from '../../cli/src/import/import-file.ts';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { batches, batchSize, type Load, loadDoor, makeBatch } from '../ingest-load.ts';
import { type BenchGroup, type Measurement, measured, quantile, timed } from '../measurement.ts';

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
const bulkEvents = 200_000;
const pace = 10_000;
const pacedEvents = 200_000;

/** Sustained, acknowledged events/s through both doors, against the same rows by a plain multi-row insert in the same run. */
export const ingestGroup: BenchGroup = {
  name: 'ingest',
  about:
    'acknowledged events/s by HTTP and by the graph, against raw multi-row inserts; bulk import against COPY; lag of projections',
  async *run() {
    await using bench = await startBenchSystem();
    const pool = createPool(bench.adminUrl, { name: 'bench', max: 16, statementTimeoutMs: 0 });
    try {
      await pool.query('CREATE TABLE public.raw_log (LIKE events.log INCLUDING INDEXES INCLUDING IDENTITY)');
      yield* doors(bench, await rawInserts(pool));
    } finally {
      await pool.end();
    }
    // As the command does it where no system runs: projections catch up when the file is in.
    await using alone = await startBenchSystem({ follow: false });
    const own = createPool(alone.adminUrl, { name: 'bench', max: 2, statementTimeoutMs: 0 });
    try {
      await own.query('CREATE TABLE public.raw_log (LIKE events.log INCLUDING INDEXES INCLUDING IDENTITY)');
      yield* bulk(alone, own);
    } finally {
      await own.end();
    }
  },
};

async function* doors(bench: BenchSystem, raw: Load): AsyncGenerator<Measurement> {
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
  const writeKey = await makeWriteKey(gateway.url, token);
  const send = async (door: string, key: string, run = door, ...pace: number[]): Promise<Load> => {
    const sender = join(import.meta.dirname, '../ingest-sender.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [sender, gateway.url, key, door, run, ...pace.map(String)],
      { maxBuffer: 1e8 },
    );
    return JSON.parse(stdout) as Load;
  };
  const before = process.memoryUsage().rss;
  const segment = await send('/v1/batch', writeKey);
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
  yield* freshness(gateway.url, token);
  yield* lagAtPace(bench, () => send('/v1/batch', writeKey, 'paced', pacedEvents / batchSize, pace));
  const graph = await send('/graphql', token);
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
}

/** How old the oldest event gets that some projection has not folded in, while events come at a steady pace. */
async function* lagAtPace(bench: BenchSystem, load: () => Promise<Load>): AsyncGenerator<Measurement> {
  let oldest = 0;
  let sending = true;
  const watching = (async () => {
    while (sending) {
      const states = await statesOf(bench);
      oldest = Math.max(oldest, ...states.map(({ lagSeconds }) => lagSeconds));
      await sleep(100);
    }
  })();
  const { eventsPerSecond } = await load();
  sending = false;
  await watching;
  yield measured('pace held', [eventsPerSecond, 'events/s'], ['pace asked for', pace]);
  yield measured(`oldest event not folded in at ${pace} events/s`, [oldest, 's'], ['the goal', 2], {
    text: '< 2 s',
    met: (value) => value < 2,
  });
}

/** A key as a shop's page holds it. */
async function makeWriteKey(url: string, token: string): Promise<string> {
  const query = 'mutation { createApiKey(input: { name: "bench", kind: WRITE }) { ... on CreatedApiKey { secret } } }';
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return ((await answer.json()) as { data: { createApiKey: { secret: string } } }).data.createApiKey.secret;
}

/** From an acknowledged event to a changed answer of the graph, with nothing else going on: 20 new customers, one after another. */
async function* freshness(url: string, token: string): AsyncGenerator<Measurement> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const post = async (path: string, body: unknown): Promise<string> =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  const waits: number[] = [];
  const asks: number[] = [];
  for (let i = 0; i < 20; i++) {
    const query = `{ customer(externalId: "fresh${i}") { lastSeenAt } }`;
    asks.push((await timed(() => post('/graphql', { query })))[0]);
    await post('/v1/track', {
      event: 'Product Viewed',
      messageId: `fresh${i}`,
      userId: `fresh${i}`,
      properties: { product_id: 'p1' },
    });
    const [ms] = await timed(async () => {
      while (!(await post('/graphql', { query })).includes('lastSeenAt')) await sleep(5);
    });
    waits.push(ms);
  }
  yield measured(
    'acknowledged event to changed answer, p99',
    [quantile(waits, 0.99), 'ms'],
    ['asking alone', quantile(asks, 0.5)],
    {
      text: '< 1,000 ms',
      met: (value) => value < 1_000,
    },
  );
}

type RowValues = (string | null)[];

const toRow = (event: Record<string, unknown>): RowValues => [
  `u:${event['userId']}`,
  String(event['messageId']),
  'track',
  String(event['event']),
  String(event['timestamp']),
  new Date().toISOString(),
  String(event['userId']),
  'raw',
  JSON.stringify(event['properties']),
  JSON.stringify(event['context']),
];

/**
 * The same rows by `INSERT … VALUES` of 100, into a table with the log's key and indexes, by as many connections, with the same commits.
 * Nothing folds them: the doors pay for the projections beside them, the baseline does not.
 */
function rawInserts(pool: Pool): Promise<Load> {
  const rows = Array.from(
    { length: batchSize },
    (_, r) => `(${columns.map((_c, c) => `$${r * columns.length + c + 1}`).join(', ')})`,
  );
  const sql = `INSERT INTO public.raw_log (${columns.join(', ')}) VALUES ${rows.join(', ')} ON CONFLICT DO NOTHING`;
  return loadDoor(async (batch) => {
    await pool.query(sql, makeBatch('raw', batch).flatMap(toRow));
  });
}

/** A file of events through the import, against COPY of the same rows into a table with the log's key and indexes. */
async function* bulk(bench: BenchSystem, pool: Pool): AsyncGenerator<Measurement> {
  const events = Array.from({ length: bulkEvents / batchSize }, (_, batch) => makeBatch('bulk', batch)).flat();
  const path = join(bench.dataDir, 'events.jsonl');
  await writeFile(path, events.map((event) => JSON.stringify(event)).join('\n'));
  const client = await pool.connect();
  const escapeText = (value: string | null): string => value?.replaceAll('\\', '\\\\') ?? '\\N';
  const lines = function* (): Generator<string> {
    for (let i = 0; i < events.length; i += 500) {
      yield events
        .slice(i, i + 500)
        .map((event) => `${toRow(event).map(escapeText).join('\t')}\n`)
        .join('');
    }
  };
  const [copyMs] = await timed(() =>
    pipeline(Readable.from(lines()), client.query(copyFrom(`COPY public.raw_log (${columns.join(', ')}) FROM STDIN`))),
  );
  client.release();
  const ingest = createPool(bench.system.roleUrl('analytics'), { name: 'bench', statementTimeoutMs: 0 });
  try {
    const [importMs] = await timed(() =>
      importFile({ path, pool: ingest, shop: { currency: 'EUR', timeZone: 'UTC' } }),
    );
    const rate = (ms: number): number => Math.round(bulkEvents / (ms / 1000));
    yield measured('bulk import of events', [rate(importMs), 'events/s'], ['raw COPY of the same rows', rate(copyMs)], {
      text: '≥ 0.5 of raw COPY',
      met: (_value, ratio) => ratio >= 0.5,
    });
  } finally {
    await ingest.end();
  }
}

async function statesOf(bench: BenchSystem): Promise<ProjectionState[]> {
  const states = await Promise.all(
    Object.values(bench.system.subgraphs).map((subgraph) => subgraph.projector.states()),
  );
  return states.flat();
}

const lagOf = async (bench: BenchSystem): Promise<number> =>
  Math.max(0, ...(await statesOf(bench)).map(({ lag }) => lag));
