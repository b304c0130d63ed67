import pg from 'pg';
import { watchPool } from '../telemetry/pools.ts';
import { NamedPool } from './cancellation.ts';

// Counts and amounts fit in 2^53; as text they would have to be converted at every use.
const int8 = 20;
const numeric = 1700;
const dateOnly = 1082;
const types = new pg.TypeOverrides();
types.setTypeParser(int8, Number);
types.setTypeParser(numeric, Number);
// A day of the shop's calendar is a label, not a moment: as a Date it would move with the process's time zone.
types.setTypeParser(dateOnly, (value) => value);

export interface PoolOptions {
  /** Shown in `pg_stat_activity`. */
  name: string;
  /** Connections at the most. */
  max?: number;
  /** Longest statement in milliseconds; 0 is without limit, for projections and fits. */
  statementTimeoutMs?: number;
  /** Makes its connections; statements of cancellable ones end when nobody waits for them any more. */
  client?: typeof pg.Client;
}

/**
 * A pool whose connections can neither hang for ever nor bring the process down: a server that is silent is given up
 * after 3 s, and a connection cut while it is checked out is an error of its query only.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new NamedPool({
    connectionString: url,
    application_name: options.name,
    max: options.max ?? 4,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: 0,
    statement_timeout: statementTimeoutMs,
    allowExitOnIdle: true,
    types,
    ...(options.client ? { Client: options.client } : {}),
  });
  watchPool(pool, options.name);
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** A cut connection rejects the query it carried; the pool has dropped it already. */
function ignore(): void {}
