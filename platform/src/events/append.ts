import type { Pool } from 'pg';
import type { StoredEvent } from './stored-event.ts';

/** Most events that one append takes; transactions stay short so that readers of the log never wait long. */
export const maximumAppend = 5_000;

/** What became of an event at the log: stored now, there before, or not let in because its customer was erased. */
export type AppendOutcome = 'STORED' | 'DUPLICATE' | 'ERASED';

/** What all events of a batch share. */
export interface Arrival {
  receivedAt: Date;
  /** Way that they came in by: `api`, `import`, `demo` … */
  source: string;
}

/** Key and message id. */
type Identity = [customerKey: string, messageId: string];

/** Prepared once a connection: planning it would cost as much as a small batch. */
const append = {
  name: 'events-append',
  text: 'SELECT events.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS told',
};

/**
 * Appends events to the log: durable when it resolves, once however often they are sent.
 *
 * @returns the outcome for each event, in order
 */
export async function appendEvents(
  pool: Pool,
  events: readonly StoredEvent[],
  arrival: Arrival,
): Promise<AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (let start = 0; start < events.length; start += maximumAppend) {
    const batch = start === 0 && events.length <= maximumAppend ? events : events.slice(start, start + maximumAppend);
    const values = toColumns(batch, arrival);
    const { rows } = await retried(() =>
      pool.query<{ told: { stored: Identity[]; erased: Identity[] } | null }>({ ...append, values }),
    );
    const told = rows[0]?.told;
    if (!told) {
      for (let i = 0; i < batch.length; i++) outcomes.push('STORED');
      wakeReaders(pool);
      continue;
    }
    const fresh = new Set(told.stored.map(toText));
    const erased = new Set(told.erased.map(toText));
    for (const event of batch) {
      const key = toText([event.customer_key, event.message_id]);
      // Of two equal events in one batch the first is the one that was stored.
      outcomes.push(erased.has(key) ? 'ERASED' : fresh.delete(key) ? 'STORED' : 'DUPLICATE');
    }
    if (told.stored.length > 0) wakeReaders(pool);
  }
  return outcomes;
}

const toText = ([customerKey, messageId]: Identity): string => `${customerKey}\n${messageId}`;

/** The columns of a batch, as `events.append` takes them. */
function toColumns(batch: readonly StoredEvent[], { receivedAt, source }: Arrival): string[] {
  const column = (of: (event: StoredEvent) => string | null): string => {
    let list = '';
    for (const event of batch) list += list === '' ? quoted(of(event)) : `,${quoted(of(event))}`;
    return `{${list}}`;
  };
  return [
    column((event) => event.customer_key),
    column((event) => event.message_id),
    column((event) => event.type),
    column((event) => event.name),
    column((event) => event.occurred_at),
    column((event) => event.user_id),
    column((event) => event.anonymous_id),
    JSON.stringify(batch.map((event) => event.properties)),
    JSON.stringify(batch.map((event) => event.context)),
    receivedAt.toISOString(),
    source,
  ];
}

/** An element of an array as PostgreSQL reads it. */
const quoted = (value: string | null): string =>
  value === null ? 'NULL' : `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;

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
