import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import { countKnownCustomers, loadCustomerStride } from '../loaders/known-customers.ts';
import type { ListLine } from './list-line.ts';
import { type ListMaker, type ListMakerOptions, openListMaker } from './list-maker.ts';

export interface ListExportOptions extends ListMakerOptions {
  /** Customers whose lists are made at once; memory is that of so many histories, for each thread. */
  stride?: number;
  /** Threads that make lists; one for each 5,000 customers where absent, and no more than the machine has, or four. */
  threads?: number;
}

/** Lists of all customers, made one stride after the other. */
export interface ListExport extends AsyncDisposable {
  /** Customers that there are when it begins. */
  total(): Promise<number>;
  /** The lists of some customers at a time. Rules, stock, model and experiments are those of the moment of each stride. */
  strides(): AsyncGenerator<ListLine[]>;
}

/** Customers from which a thread of its own pays: it takes a second to start, and holds the model. */
const customersOfThread = 5_000;

/** Opens the subgraph's tables for an export; it serves nothing and writes nothing. */
export async function openExport(definition: SubgraphDefinition, options: ListExportOptions): Promise<ListExport> {
  const { databaseUrl, placement, limit, stride = 200 } = options;
  await using opening = new AsyncDisposableStack();
  const maker = opening.use(await openListMaker(definition, options));
  const { db } = maker;
  const open = opening.move();
  return {
    total: () => countKnownCustomers(db),
    strides: async function* () {
      const threads =
        options.threads ??
        Math.min(4, availableParallelism(), Math.floor((await countKnownCustomers(db)) / customersOfThread));
      await using makers = new AsyncDisposableStack();
      const idle: Pick<ListMaker, 'make'>[] =
        threads < 2
          ? [maker]
          : Array.from({ length: threads }, () => makers.use(startListThread({ databaseUrl, placement, limit })));
      const underWay: Promise<ListLine[]>[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const { keys, next } = await loadCustomerStride(db, after, stride);
        after = next;
        if (keys.length === 0) continue;
        // Answers come in the order of the keys, so the one that is waited for is the oldest; what is done and waits behind it is bounded.
        while (idle.length === 0 || underWay.length >= 2 * Math.max(1, threads)) yield await underWay.shift()!;
        const one = idle.pop()!;
        const made = one.make(keys).finally(() => idle.push(one));
        // Whoever breaks off hears of one fault, and of the others nobody does.
        made.catch(() => {});
        underWay.push(made);
      }
      for (const made of underWay) yield await made;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** A thread that makes the lists of one stride at a time. */
function startListThread(options: Omit<ListMakerOptions, 'log'>): Pick<ListMaker, 'make'> & AsyncDisposable {
  const thread = new Worker(new URL('./list-thread.ts', import.meta.url), { workerData: options });
  const ended = once(thread, 'exit');
  let fault: unknown;
  thread.on('error', (error) => {
    fault = error;
  });
  return {
    make: async (keys) => {
      thread.postMessage(keys);
      const [answer] = await Promise.race([
        once(thread, 'message') as Promise<[{ lines: ListLine[] } | { error: unknown }]>,
        ended.then(() => {
          throw fault ?? new Error('A thread that made lists has ended.');
        }),
      ]);
      if ('error' in answer) throw answer.error;
      return answer.lines;
    },
    [Symbol.asyncDispose]: async () => {
      thread.postMessage(null);
      await ended;
    },
  };
}
