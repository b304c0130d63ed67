import type { Pool } from 'pg';
import { measured } from './metrics.ts';

const pools = new Map<Pool, string>();

measured('cda_pool_connections', 'Connections to PostgreSQL by pool and state', ['pool', 'state'], () => {
  const sums = new Map<string, { total: number; idle: number; waiting: number }>();
  for (const [pool, name] of pools) {
    const sum = sums.get(name) ?? { total: 0, idle: 0, waiting: 0 };
    sum.total += pool.totalCount;
    sum.idle += pool.idleCount;
    sum.waiting += pool.waitingCount;
    sums.set(name, sum);
  }
  return [...sums].flatMap(([pool, { total, idle, waiting }]) => [
    { labels: { pool, state: 'busy' }, value: total - idle },
    { labels: { pool, state: 'idle' }, value: idle },
    // Who waits has no connection yet: more than none for long means that the pool is too small or the database too slow.
    { labels: { pool, state: 'waiting' }, value: waiting },
  ]);
});

/** Shows a pool in the figures of the process until it is closed. */
export function watchPool(pool: Pool, name: string): void {
  pools.set(pool, name);
  const end = pool.end.bind(pool);
  pool.end = ((...given: []) => {
    pools.delete(pool);
    return end(...given);
  }) as typeof pool.end;
}
