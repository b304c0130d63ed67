import { openOrm } from '@cda/platform/database/orm.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { loadShop } from '@cda/platform/events/clock.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import type { Context } from '../context.ts';
import type { Placement } from '../generated/resolvers.ts';
import { servedList } from '../serving/variant.ts';
import { type ListLine, toLine } from './list-line.ts';

export interface ListMakerOptions {
  /** Login of the subgraph's own role. */
  databaseUrl: string;
  log: Log;
  placement: Placement;
  /** Items of a list, 1 to 100. */
  limit: number;
}

/** Makes lists for a file; it serves nothing and writes nothing. */
export interface ListMaker extends AsyncDisposable {
  db: Pool;
  /** The lists of some customers, by rules, stock, model and experiments of this moment. */
  make(keys: readonly string[]): Promise<ListLine[]>;
}

export async function openListMaker(definition: SubgraphDefinition, options: ListMakerOptions): Promise<ListMaker> {
  const { databaseUrl, log, placement, limit } = options;
  await using opening = new AsyncDisposableStack();
  const orm = opening.adopt(await openOrm(definition, databaseUrl), (open) => open.close(true));
  const db = opening.adopt(createPool(databaseUrl, { name: 'list-export', max: 4, statementTimeoutMs: 0 }), (pool) =>
    pool.end(),
  );
  const state = await definition.start?.({ db, databaseUrl, log, internalSecret: '', access: undefined });
  const createContext = (): Context =>
    definition.createContext(
      {
        identity: { subject: 'operator:export', scopes: [], locale: 'EN' },
        locale: 'EN',
        requestId: 'list-export',
        personalReads: new Map(),
        em: orm.em.fork(),
        db,
        shop: () => loadShop(db),
      },
      state,
    ) as Context;
  const open = opening.move();
  return {
    db,
    make: (keys) => {
      // What one stride loaded is let go before the next.
      const context = createContext();
      return Promise.all(
        keys.map(async (key) => toLine(key.slice(2), await servedList(key, { placement }, context), placement, limit)),
      );
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
