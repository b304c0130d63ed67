import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { exportLists } from '../../subgraphs/recommendations/src/index.ts';
import { type BenchGroup, measured, quantile } from '../measurement.ts';
import { askForList, mixedLoad } from '../recommendations/mixed-load.ts';
import { type BenchShop, openBenchShop } from '../recommendations/open-shop.ts';

const threads = 4;
const customers = 100_000;

/** Serving of lists on the demo shop at scale 1: latency, memory, a mixed load, a refresh of all lists. */
export const listsGroup: BenchGroup = {
  name: 'lists',
  about:
    'lists of the demo shop: latency and memory, 1,000 requests/s while a rule and the model change, 100,000 lists anew',
  async *run() {
    await using shop = await openBenchShop(1);
    const outcome = await shop.train();
    if (outcome.status !== 'SUCCEEDED' || !outcome.served) throw new Error('The model of the demo shop is not served.');

    for (let n = 0; n < 500; n++) await askForList(shop, n);
    const latencies: number[] = [];
    for (let n = 0; n < 2_000; n++) {
      const from = performance.now();
      await askForList(shop, n);
      latencies.push(performance.now() - from);
    }
    yield measured(
      'a list of 10 in process, p95',
      [quantile(latencies, 0.95), 'ms'],
      ['median', quantile(latencies, 0.5)],
      {
        text: '≤ 20 ms',
        met: (value) => value <= 20,
      },
    );

    const collect = garbageCollector();
    const heapMb = async (requests: number): Promise<number> => {
      for (let n = 0; n < requests; n += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, i) => askForList(shop, n + i)));
      }
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const before = await heapMb(2_000);
    const after = await heapMb(10_000);
    yield measured('heap after 10,000 more lists', [after, 'MB'], ['before them', before], {
      text: 'at most 5 MB more',
      met: (value) => value <= before + 5,
    });

    const load = await mixedLoad(shop, 1_000, 20);
    if (!load.trained) throw new Error('The retraining under load did not end well.');
    yield measured(
      'lists/s asked and answered in one process, beside a new rule and a retraining',
      [load.perSecond, '/s'],
      ['asked', 1_000],
      {
        text: '≥ 1,000 /s',
        met: (_, ratio) => ratio >= 0.99,
      },
    );
    yield measured(
      '– p95 from the moment it was asked',
      [quantile(load.latenciesMs, 0.95), 'ms'],
      ['median', quantile(load.latenciesMs, 0.5)],
    );
    yield measured('– lists that break the rule', [load.broken, ''], ['lists', load.latenciesMs.length], {
      text: '0',
      met: (value) => value === 0,
    });
    yield measured('– empty lists', [load.empty, ''], ['lists', load.latenciesMs.length], {
      text: '0',
      met: (value) => value === 0,
    });
    const { seconds, lists } = await refreshAll(shop);
    yield measured(
      `${lists.toLocaleString('en-US')} lists of 10 with reasons anew, ${threads} threads`,
      [(seconds * customers) / lists, 's for 100,000'],
      ['a minute', 60],
      { text: '≤ 60 s', met: (value) => value <= 60 },
    );
  },
};

/**
 * Makes the shop's customers into so many, each copy with the orders, carts and wish lists of one of them, and gives the seconds in
 * which the export makes the lists of all.
 */
async function refreshAll({ db, databaseUrl }: BenchShop): Promise<{ seconds: number; lists: number }> {
  await db.query(
    `WITH known AS (SELECT customer_key, row_number() OVER (ORDER BY customer_key) - 1 AS place, count(*) OVER () AS of
       FROM (SELECT DISTINCT customer_key FROM recommendations.interaction WHERE kind = 0 AND left(customer_key, 2) = 'u:') k)
     INSERT INTO recommendations.interaction (customer_key, kind, product_id, occasion, at)
     SELECT i.customer_key || '-' || copy, i.kind, i.product_id, i.occasion, i.at
     FROM known k, generate_series(1, $1::integer / k.of) AS copy, recommendations.interaction i
     WHERE i.customer_key = k.customer_key AND i.kind IN (0, 1, 2) AND copy * k.of + k.place < $1::integer`,
    [customers],
  );
  await db.query('ANALYZE recommendations.interaction');
  const from = performance.now();
  await using lists = await exportLists({ databaseUrl, log: silentLog, placement: 'HOME', limit: 10, threads });
  let made = 0;
  for await (const lines of lists.strides()) {
    made += lines.length;
    const empty = lines.filter(({ items }) => items.length === 0).length;
    if (empty > 0) throw new Error(`${empty} of the lists are empty.`);
  }
  return { seconds: (performance.now() - from) / 1000, lists: made };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
