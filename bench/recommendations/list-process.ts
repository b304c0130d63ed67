/** Run as a child process: makes the lists of its share of customers, stride after stride, as a refresh of all lists does. */
import { openOrm } from '@cda/platform/database/orm.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { loadShop, type Shop } from '@cda/platform/events/clock.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Context } from '../../subgraphs/recommendations/src/context.ts';
import { recommendations } from '../../subgraphs/recommendations/src/index.ts';
import { toPage } from '../../subgraphs/recommendations/src/serving/list.ts';
import { servedList } from '../../subgraphs/recommendations/src/serving/variant.ts';

export interface ListTask {
  databaseUrl: string;
  /** Keys of customers; they are gone through until `lists` lists are made. */
  keys: readonly string[];
  lists: number;
}

const stride = 200;

process.on('message', async ({ databaseUrl, keys, lists }: ListTask) => {
  const orm = await openOrm(recommendations, databaseUrl);
  const db = createPool(databaseUrl, { name: 'bench-lists', max: 4, statementTimeoutMs: 0 });
  const state = await recommendations.start!({
    db,
    databaseUrl,
    log: silentLog,
    internalSecret: '',
    access: undefined,
  });
  const make = async (some: readonly string[]): Promise<number> => {
    let shop: Promise<Shop> | undefined;
    const context = recommendations.createContext(
      {
        identity: { subject: 'operator:bench', scopes: [], locale: 'EN' },
        locale: 'EN',
        requestId: 'bench',
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
    const pages = await Promise.all(
      some.map(async (key) => toPage(await servedList(key, { placement: 'HOME' }, context), 'HOME', { first: 20 })),
    );
    return pages.filter(({ edges }) => edges.length > 0).length;
  };
  await make(keys.slice(0, 5));
  process.send!('ready');
  process.once('message', async () => {
    let filled = 0;
    for (let from = 0; from < lists; from += stride) {
      const size = Math.min(stride, lists - from);
      filled += await make(Array.from({ length: size }, (_, i) => keys[(from + i) % keys.length]!));
    }
    await db.end();
    await orm.close(true);
    process.send!(filled);
    process.disconnect();
  });
});
