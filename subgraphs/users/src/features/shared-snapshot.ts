import { availableParallelism } from 'node:os';
import pg, { type Client, type Pool } from 'pg';

/** Connections that see the database as of the same moment, whatever is written meanwhile. */
export interface SharedSnapshot extends AsyncDisposable {
  readers: readonly [Client, ...Client[]];
}

/** Customers that one connection reads as fast as several would. */
const manyCustomers = 30_000;
const mostReaders = 4;

/** How many connections read features at a time: one for a shop of usual size. */
export const readersFor = (customers: number): number =>
  customers <= manyCustomers ? 1 : Math.min(mostReaders, availableParallelism());

/**
 * Opens connections that share one snapshot, for statements over all customers: what they say fits together. They are not the pool's:
 * two fits that wait for the last connections of a pool would wait for each other.
 */
export async function openSharedSnapshot(db: Pool, count: number): Promise<SharedSnapshot> {
  const readers: Client[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(readers.map((client) => client.end().catch(() => undefined)));
  };
  try {
    for (let i = 0; i < count; i++) {
      const client = new pg.Client(db.options);
      // A cut connection rejects the query it carried.
      client.on('error', () => undefined);
      await client.connect();
      readers.push(client);
    }
    const first = readers[0]!;
    await first.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await first.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    for (const client of readers.slice(1)) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(rows[0]!.id)}`);
    }
    for (const client of readers) {
      // Sorts of a million rows in memory. Each connection reads its own part of the customers, so the server need not part them
      // again; and its guesses about hashes and merged keys are low by orders of magnitude, for which nested loops would be paid.
      await client.query(`SET LOCAL work_mem = '${count > 1 ? 96 : 32}MB'`);
      await client.query('SET LOCAL enable_nestloop = off');
      if (count > 1) await client.query('SET LOCAL max_parallel_workers_per_gather = 0');
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { readers: readers as [Client, ...Client[]], [Symbol.asyncDispose]: close };
}
