import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type BenchGroup, measured, quantile } from '../measurement.ts';
import type { ListTask } from '../recommendations/list-process.ts';
import { askForList, mixedLoad } from '../recommendations/mixed-load.ts';
import { type BenchShop, openBenchShop } from '../recommendations/open-shop.ts';

const processes = 4;
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

    const seconds = await refreshAll(shop);
    yield measured(
      `${customers.toLocaleString('en-US')} lists of 20 anew, ${processes} processes (each customer twenty times)`,
      [seconds, 's'],
      ['a minute', 60],
      { text: '≤ 60 s', met: (value) => value <= 60 },
    );

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
  },
};

/** Seconds in which processes make the lists of so many customers; each has its model and range in memory when the clock starts. */
async function refreshAll({ db, databaseUrl }: BenchShop): Promise<number> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT DISTINCT customer_key AS key FROM recommendations.interaction WHERE kind = 0 AND left(customer_key, 2) = 'u:'`,
  );
  const children = Array.from({ length: processes }, () =>
    fork(resolve(import.meta.dirname, '../recommendations/list-process.ts')),
  );
  try {
    const ready = children.map((child) => message<string>(child));
    for (const [i, child] of children.entries()) {
      const keys = rows.map(({ key }) => key).filter((_, at) => at % processes === i);
      child.send({ databaseUrl, keys, lists: customers / processes } satisfies ListTask);
    }
    await Promise.all(ready);
    const from = performance.now();
    const done = children.map((child) => message<number>(child));
    for (const child of children) child.send('go');
    const filled = (await Promise.all(done)).reduce((a, b) => a + b, 0);
    if (filled !== customers) throw new Error(`${customers - filled} of the lists are empty.`);
    return (performance.now() - from) / 1000;
  } finally {
    for (const child of children) child.kill();
  }
}

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as Message));
    child.once('exit', (code) => reject(new Error(`A process of the bench ended with ${code}.`)));
  });

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
