import { openOrm } from '@cda/platform/database/orm.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { loadShop, type Shop } from '@cda/platform/events/clock.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { Context } from '../context.ts';
import type { Placement } from '../generated/resolvers.ts';
import { countKnownCustomers, loadCustomerStride } from '../loaders/known-customers.ts';
import { servedList } from '../serving/variant.ts';
import { type ListLine, toLine } from './list-line.ts';

export interface ListExportOptions {
  /** Login of the subgraph's own role. */
  databaseUrl: string;
  log: Log;
  placement: Placement;
  /** Items of a list, 1 to 100. */
  limit: number;
  /** Customers whose lists are made at once; memory is that of so many histories. */
  stride?: number;
}

/** Lists of all customers, made one stride after the other. */
export interface ListExport extends AsyncDisposable {
  /** Customers that there are when it begins. */
  total(): Promise<number>;
  /** The lists of some customers at a time. Rules, stock, model and experiments are those of the moment of each stride. */
  strides(): AsyncGenerator<ListLine[]>;
}

/** Opens the subgraph's tables for an export; it serves nothing and writes nothing. */
export async function openExport(definition: SubgraphDefinition, options: ListExportOptions): Promise<ListExport> {
  const { databaseUrl, log, placement, limit, stride = 200 } = options;
  await using opening = new AsyncDisposableStack();
  const orm = opening.adopt(await openOrm(definition, databaseUrl), (open) => open.close(true));
  const db = opening.adopt(createPool(databaseUrl, { name: 'list-export', max: 4, statementTimeoutMs: 0 }), (pool) =>
    pool.end(),
  );
  const state = await definition.start?.({ db, databaseUrl, log, internalSecret: '', access: undefined });
  const createContext = (): Context => {
    let shop: Promise<Shop> | undefined;
    return definition.createContext(
      {
        identity: { subject: 'operator:export', scopes: [], locale: 'EN' },
        locale: 'EN',
        requestId: 'list-export',
        personalReads: new Map(),
        em: orm.em.fork(),
        db,
        shop: () => {
          shop ??= loadShop(db);
          return shop;
        },
      },
      state,
    ) as Context;
  };
  const open = opening.move();
  return {
    total: () => countKnownCustomers(db),
    strides: async function* () {
      for (let after: string | null = ''; after !== null; ) {
        const { keys, next } = await loadCustomerStride(db, after, stride);
        after = next;
        if (keys.length === 0) continue;
        // What one stride loaded is let go before the next.
        const context = createContext();
        yield await Promise.all(
          keys.map(async (key) =>
            toLine(key.slice(2), await servedList(key, { placement }, context), placement, limit),
          ),
        );
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
