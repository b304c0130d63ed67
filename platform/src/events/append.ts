import type { Pool } from 'pg';
import type { StoredEvent } from './stored-event.ts';

/** Most events that one append takes; transactions stay short so that readers of the log never wait long. */
export const maximumAppend = 5_000;

/** What became of an event at the log: stored now, there before, or not let in because its customer was erased. */
export type AppendOutcome = 'STORED' | 'DUPLICATE' | 'ERASED';

/**
 * Appends events to the log: durable when it resolves, once however often they are sent.
 *
 * @returns the outcome for each event, in order
 */
export async function appendEvents(pool: Pool, events: readonly StoredEvent[]): Promise<AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (let start = 0; start < events.length; start += maximumAppend) {
    const batch = events.slice(start, start + maximumAppend);
    const { rows } = await retried(() =>
      pool.query<{ customer_key: string; message_id: string; erased: boolean }>(
        'SELECT customer_key, message_id, erased FROM events.append($1::json)',
        [JSON.stringify(batch)],
      ),
    );
    if (rows.length === batch.length && rows.every((row) => !row.erased)) {
      for (let i = 0; i < batch.length; i++) outcomes.push('STORED');
      wakeReaders(pool);
      continue;
    }
    const fresh = new Set<string>();
    const erased = new Set<string>();
    for (const row of rows) (row.erased ? erased : fresh).add(identity(row));
    for (const event of batch) {
      const key = identity(event);
      // Of two equal events in one batch the first is the one that was stored.
      outcomes.push(erased.has(key) ? 'ERASED' : fresh.delete(key) ? 'STORED' : 'DUPLICATE');
    }
    if (rows.length > erased.size) wakeReaders(pool);
  }
  return outcomes;
}

const wakeEveryMs = 50;
const waking = new WeakSet<Pool>();

/** Tells projectors that there is something new: a hint, so one for many appends is enough, and a lost one costs a poll's wait. */
function wakeReaders(pool: Pool): void {
  if (waking.has(pool)) return;
  waking.add(pool);
  setTimeout(() => {
    waking.delete(pool);
    if (!pool.ending) pool.query("SELECT pg_notify('events', '')").catch(() => {});
  }, wakeEveryMs).unref();
}

const identity = (event: { customer_key: string; message_id: string }): string =>
  `${event.customer_key}\n${event.message_id}`;

/** Deadlocks and serialisation faults are the database asking to try again. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (attempt === 5 || (code !== '40P01' && code !== '40001')) throw error;
    }
  }
}
