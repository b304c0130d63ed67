import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGateway } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { startBenchSystem } from '../bench-system.ts';
import { batchSize, type Load } from '../ingest-load.ts';
import { type BenchGroup, type Measurement, measured, quantile } from '../measurement.ts';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 10);
const eventsPerSecond = Number(process.env['SOAK_EVENTS_PER_SECOND'] ?? 5_000);
const sampleEveryMs = 1_000;
const askEveryMs = 250;

/** Memory at one moment of the run. */
interface Sample {
  minute: number;
  rssMb: number;
  heapMb: number;
}

/** Whether the process that takes events in, folds them and answers queries keeps to its memory over minutes of steady load. */
export const soakGroup: BenchGroup = {
  name: 'soak',
  about: `memory of the serving process over SOAK_MINUTES (10) of SOAK_EVENTS_PER_SECOND (5000) and queries; only where it is named`,
  onlyByName: true,
  async *run() {
    await using bench = await startBenchSystem();
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
    const { token } = await issueAccessToken(
      bench.secrets.access,
      { subject: 'operator:ADMIN', role: 'ADMIN' },
      minutes * 60 + 600,
    );
    const collectGarbage = exposedGc();
    const samples: Sample[] = [];
    const began = performance.now();
    const minute = (): number => (performance.now() - began) / 60_000;
    let ended = false;
    const watching = (async () => {
      while (!ended) {
        const { rss, heapUsed } = process.memoryUsage();
        samples.push({ minute: minute(), rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 });
        await sleep(sampleEveryMs);
      }
    })();
    const asked: number[] = [];
    const asking = (async () => {
      for (let n = 0; !ended; n++) {
        const from = performance.now();
        await ask(gateway.url, token, n);
        asked.push(performance.now() - from);
        await sleep(askEveryMs);
      }
    })();
    let kept = Number.NaN;
    const firstThird = (async () => {
      await sleep((minutes * 60_000) / 3);
      kept = collectGarbage();
    })();
    const sender = join(import.meta.dirname, '../ingest-sender.ts');
    const batches = Math.round((minutes * 60 * eventsPerSecond) / batchSize);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [sender, gateway.url, token, '/v1/batch', 'soak', String(batches), String(eventsPerSecond)],
      { maxBuffer: 1e9 },
    );
    await firstThird;
    ended = true;
    await Promise.all([watching, asking]);
    yield* figures(samples, JSON.parse(stdout) as Load, asked);
    yield measured('heap after garbage collection, at the end', [collectGarbage(), 'MB'], ['after a third', kept], {
      text: '≤ 1.1 of it',
      met: (_value, ratio) => ratio <= 1.1,
    });
  },
};

function* figures(samples: readonly Sample[], load: Load, asked: readonly number[]): Generator<Measurement> {
  const first = samples.filter(({ minute }) => minute < minutes / 3);
  const rest = samples.filter(({ minute }) => minute >= minutes / 3);
  const median = (of: readonly Sample[]): number =>
    quantile(
      of.map(({ rssMb }) => rssMb),
      0.5,
    );
  yield measured('pace held', [load.eventsPerSecond, 'events/s'], ['pace asked for', eventsPerSecond]);
  yield measured('queries beside it, p50', [quantile(asked, 0.5), 'ms'], ['p99', quantile(asked, 0.99)]);
  for (let at = 0; at < minutes; at++) {
    const within = samples.filter(({ minute }) => Math.floor(minute) === at);
    if (within.length > 0)
      yield measured(`RSS in minute ${at + 1}`, [median(within), 'MB'], ['the first third', median(first)]);
  }
  const grown = slope(rest) * ((minutes * 2) / 3);
  yield measured(
    'RSS, slope of the last two thirds',
    [slope(rest), 'MB a minute'],
    ['slope of the first', slope(first)],
    { text: 'grows by ≤ 5 % over them', met: () => grown <= 0.05 * median(rest) },
  );
}

/** Growth of the resident memory in MB a minute, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ minute }) => minute), mean(({ rssMb }) => rssMb)];
  const spread = mean(({ minute }) => (minute - x) ** 2);
  return spread === 0 ? 0 : mean(({ minute, rssMb }) => (minute - x) * (rssMb - y)) / spread;
}

/** Queries of a dashboard and of a shop's page, about another customer each time. */
const queries: readonly ((n: number) => [query: string, variables: object])[] = [
  (n) => [
    `query ($id: String!) { customer(externalId: $id) { externalId orderCount revenue { amountMinor }
       recommendations(first: 5) { edges { node { product { name } } } } } }`,
    { id: `u${(n * 37) % 5_000}` },
  ],
  () => ['{ metrics(range: LAST_28_DAYS) { revenue { amountMinor } orders } }', {}],
  (n) => [
    'query ($id: String!) { events(where: { messageId: { eq: $id } }, first: 1) { edges { node { name } } } }',
    { id: `soak-${n * 100}` },
  ],
];

async function ask(url: string, token: string, n: number): Promise<void> {
  const [query, variables] = queries[n % queries.length]!(n);
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await answer.json()) as { errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
}

/** Collects garbage and gives the heap in use afterwards, in MB. */
function exposedGc(): () => number {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  return () => {
    // What has a finaliser goes at the second.
    gc();
    gc();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
}
