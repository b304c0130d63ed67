import type { EntitySchema } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Client, Pool } from 'pg';
import type { SubgraphDefinition } from '../service/subgraph-definition.ts';
import { watchPool } from '../telemetry/pools.ts';

/**
 * Opens a subgraph's entity manager: its own role, its own PostgreSQL schema, its own migrations.
 *
 * @param client makes its connections, where they should be cancellable
 */
export function openOrm(
  definition: Pick<SubgraphDefinition, 'name' | 'entities' | 'migrations'>,
  databaseUrl: string,
  client?: typeof Client,
): Promise<MikroORM> {
  const url = new URL(databaseUrl);
  return MikroORM.init({
    clientUrl: databaseUrl,
    // MikroORM reads the name from the path and leaves a query string such as ?sslmode to the driver.
    dbName: decodeURIComponent(url.pathname.slice(1)),
    entities: definition.entities as EntitySchema[],
    schema: definition.name,
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: [...definition.migrations] as never,
      tableName: 'migration',
      schema: definition.name,
      snapshot: false,
      silent: true,
    },
    pool: { min: 0, max: 8 },
    driverOptions: {
      application_name: definition.name,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
      ...(client ? { Client: client } : {}),
      onPoolCreated: (pool: Pool) => watchPool(pool, `${definition.name}-entities`),
    },
    forceUtcTimezone: true,
    allowGlobalContext: false,
  });
}
