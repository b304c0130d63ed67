import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@cda/platform/database/pool.ts';
import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { demoShopState, fillDemoShop } from '@cda/standalone/demo-data.ts';
import { writeListFile } from '@cda/standalone/export-lists.ts';
import { loadExperimentCounts } from '../../subgraphs/analytics/src/loaders/experiment-results.ts';
import { liftOf } from '../../subgraphs/analytics/src/ml/lift.ts';
import { peoplePerVariant } from '../../subgraphs/analytics/src/ml/sample-size.ts';
import { adjustedMeans, type VariantMoments } from '../../subgraphs/analytics/src/ml/variant-moments.ts';
import { startBenchSystem } from '../bench-system.ts';
import { type BenchGroup, measured, timed } from '../measurement.ts';

const runs = 2_000;
const people = 6_000;
const lookEvery = 20;
const burnIn = 400;

/** Statistics of experiments on simulated truths, the cost of figures, and the file of all lists. */
export const experimentsGroup: BenchGroup = {
  name: 'experiments',
  about:
    'false findings, coverage and power under daily looks; figures of 200,000 people; a file of lists of the demo shop',
  async *run() {
    const nothing = simulate(1, people, [0.1, 0.1], 0.1, 0);
    yield measured(
      `A/A: false findings, a look after every ${lookEvery} of ${people} people`,
      [nothing.found, ''],
      ['a test for one look, looked at as often', nothing.naive],
      { text: '≤ 0.05', met: (value) => value <= 0.05 },
    );
    const real = simulate(2, people, [0.1, 0.13], 0.3, 0.3);
    yield measured(
      'a true lift of 30 % is inside all intervals of an experiment at once',
      [real.covered, ''],
      ['a 95 % interval for one look', real.naiveCovered],
      { text: '≥ 0.95', met: (value) => value >= 0.95 },
    );
    const plan = { relativeVariance: 9, variants: 2, power: 0.8, alpha: 0.05 };
    const planned = peoplePerVariant(0.3, plan);
    yield measured(
      `power at the planned ${planned} people a variant`,
      [simulate(3, 2 * planned, [0.1, 0.13], 0.3, 0.3).found, ''],
      ['planned', 0.8],
      { text: '0.78 to 0.92', met: (value) => value >= 0.78 && value <= 0.92 },
    );
    yield* ofTables();
  },
};

interface Simulated {
  found: number;
  covered: number;
  naive: number;
  naiveCovered: number;
}

function simulate(
  seed: number,
  size: number,
  rates: [number, number],
  minimumEffect: number,
  truth: number,
): Simulated {
  const random = createRandom(seed);
  const sums = { found: 0, covered: 0, naive: 0, naiveCovered: 0 };
  for (let run = 0; run < runs; run++) {
    const one = experiment(random, size, rates, minimumEffect, truth);
    for (const key of ['found', 'covered', 'naive', 'naiveCovered'] as const) if (one[key]) sums[key]++;
  }
  return {
    found: sums.found / runs,
    covered: sums.covered / runs,
    naive: sums.naive / runs,
    naiveCovered: sums.naiveCovered / runs,
  };
}

function experiment(random: Random, size: number, rates: [number, number], minimumEffect: number, truth: number) {
  const moments: VariantMoments[] = [0, 1].map(() => ({ n: 0, sumY: 0, sumYY: 0, sumX: 0, sumXX: 0, sumXY: 0 }));
  const said = { found: false, covered: true, naive: false, naiveCovered: true };
  for (let person = 1; person <= size; person++) {
    const variant = random.integer(2);
    const y = random.next() < rates[variant]! ? 1 : 0;
    moments[variant]!.n++;
    moments[variant]!.sumY += y;
    moments[variant]!.sumYY += y;
    if (person < burnIn || person % lookEvery > 0) continue;
    const [a, b] = adjustedMeans(moments).means;
    const lift = liftOf(a!, b!, minimumEffect, 0.05);
    if (!lift) continue;
    said.found ||= lift.pValue < 0.05;
    said.covered &&= lift.low <= truth && truth <= lift.high;
    const half = 1.96 * Math.sqrt(a!.variance / a!.mean ** 2 + b!.variance / b!.mean ** 2);
    const centre = Math.log(b!.mean / a!.mean);
    said.naive ||= Math.abs(centre) > half;
    said.naiveCovered &&= Math.abs(centre - Math.log1p(truth)) <= half;
  }
  return said;
}

async function* ofTables() {
  const folder = await mkdtemp(join(tmpdir(), 'cda-bench-lists-'));
  await using bench = await startBenchSystem({ follow: false });
  const db = createPool(bench.system.roleUrl('analytics'), { name: 'bench', statementTimeoutMs: 0 });
  try {
    await demoShopState(bench.adminUrl);
    await fillDemoShop({
      adminUrl: bench.adminUrl,
      writerUrl: bench.system.roleUrl('analytics'),
      dataDir: folder,
      seed: 42,
      scale: 1,
      now: new Date(),
      progress: () => undefined,
    });
    await bench.system.catchUp();
    await bench.system.train({ models: ['recommendations.hybrid'] });
    const databaseUrl = bench.system.roleUrl('recommendations');
    const path = join(folder, 'lists.jsonl.gz');
    const heap = (): number => process.memoryUsage().heapUsed / 2 ** 20;
    let highest = 0;
    const atFirst = heap();
    const [milliseconds, lists] = await timed(() =>
      writeListFile({
        path,
        placement: 'EMAIL',
        limit: 10,
        databaseUrl,
        log: silentLog,
        progress: () => {
          highest = Math.max(highest, heap());
        },
      }),
    );
    yield measured(
      'lists written into a packed file',
      [(lists / milliseconds) * 1000, '/s'],
      ['100,000 in five minutes', 333],
    );
    yield measured('highest heap meanwhile', [highest, 'MB'], ['before', atFirst]);

    await db.query(`INSERT INTO analytics.experiment (experiment, revision, state) VALUES ('bench', 1, $1)`, [
      {
        status: 'RUNNING',
        kind: 'SHOP',
        started_at: '2026-01-01T00:00:00.000Z',
        stopped_at: null,
        window_days: 14,
        variants: [{ key: 'a' }, { key: 'b' }],
      },
    ]);
    await db.query(`
      INSERT INTO analytics.experiment_exposure
      SELECT 'u:bench-' || n, 'bench', CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END, now() - interval '20 days', now() - interval '2 days'
      FROM generate_series(1, 200000) n`);
    await db.query(`
      INSERT INTO analytics.customer_outcome
      SELECT 'u:bench-' || (n % 200000), 'o' || n, 0, now() - interval '30 days' * random(), 2000 FROM generate_series(1, 400000) n`);
    await db.query('ANALYZE analytics.experiment_exposure, analytics.customer_outcome');
    const [first] = await timed(() => loadExperimentCounts(db, ['bench'], new Date()));
    const [again] = await timed(() => loadExperimentCounts(db, ['bench'], new Date()));
    yield measured(
      'figures of an experiment of 200,000 people and 400,000 orders',
      [again, 'ms'],
      ['the first time', first],
    );
  } finally {
    await db.end();
    await rm(folder, { recursive: true, force: true });
  }
}
