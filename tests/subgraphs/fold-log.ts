import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createProjector } from '@cda/platform/events/projector.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

interface FoldOptions {
  /** Deliveries in order; each is appended, and projected before the next comes. */
  deliveries: readonly (readonly IncomingEvent[])[];
  batchSize: number;
  timeZone: string;
  /** Folds the whole log again at the end. */
  replay?: boolean;
}

/**
 * What a subgraph's projections make of events that come in this way: every row of every table, sorted. The log's own
 * numbers and arrival times are not part of it.
 */
export async function foldLog(
  definition: SubgraphDefinition,
  { deliveries, batchSize, timeZone, replay }: FoldOptions,
): Promise<Record<string, string[]>> {
  await using database = await createTestDatabase(emptyShop);
  await using open = new AsyncDisposableStack();
  const url = roleUrl(database.url, testSecret, `cda_${definition.name}`);
  const end = (pool: ReturnType<typeof createPool>): Promise<void> => pool.end();
  const ingest = open.adopt(createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' }), end);
  const pool = open.adopt(createPool(url, { name: 'test', statementTimeoutMs: 0 }), end);
  await ingest.query("UPDATE events.shop SET time_zone = $1, currency = 'EUR'", [timeZone]);
  const projector = open.use(
    createProjector({
      subgraph: definition.name,
      projections: definition.projections,
      pool,
      databaseUrl: url,
      log: silentLog,
      batchSize,
    }),
  );
  for (const events of deliveries) {
    await acceptEvents(ingest, events, { source: 'test', currency: 'EUR', mayChangeCatalogue: true });
    await projector.catchUp();
  }
  if (replay) await projector.replay();
  const faults = (await projector.states()).reduce((sum, state) => sum + state.faults, 0);
  if (faults > 0) throw new Error(`${faults} events could not be folded in`);
  const tables: Record<string, string[]> = {};
  for (const table of definition.projections.flatMap((projection) => projection.tables)) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}
