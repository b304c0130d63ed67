import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../telemetry/log.ts';
import { type Change, liveChannel, toChange } from './change.ts';

/** Hears of changes in the database, by one connection for each database however many subgraphs this process holds. */
export interface Changes {
  /**
   * Calls `wake` for each change that `concerns` it, and for anything that may have been missed while the connection was away.
   * The connection opens with the first who listens and closes with the last. Returns what ends the listening.
   */
  listen(concerns: (change: Change) => boolean, wake: () => void): () => void;
}

interface Listener {
  concerns: (change: Change) => boolean;
  wake: () => void;
}

/** A connection that is half open is found out by asking over it this often. */
const askEveryMs = 10_000;
const answerWithinMs = 3_000;

const byDatabase = new Map<string, Changes>();

/**
 * The changes of a database; ask for it anew for each stream. Logins of one database share the connection: everybody may listen, and
 * nobody learns more by it.
 */
export function changesOf(databaseUrl: string, log: Log): Changes {
  const { host, pathname } = new URL(databaseUrl);
  const key = `${host}${pathname}`;
  let changes = byDatabase.get(key);
  if (!changes) {
    changes = createChanges(databaseUrl, log, () => byDatabase.delete(key));
    byDatabase.set(key, changes);
  }
  return changes;
}

function createChanges(databaseUrl: string, log: Log, onUnused: () => void): Changes {
  const listeners = new Set<Listener>();
  let stopping: AbortController | undefined;

  const wakeAll = (): void => {
    for (const { wake } of listeners) wake();
  };

  /** Listens until the connection breaks, or nobody is left to listen for. */
  const follow = async (signal: AbortSignal): Promise<void> => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'live',
      connectionTimeoutMillis: answerWithinMs,
      query_timeout: answerWithinMs,
      keepAlive: true,
    });
    const broken = new Promise<never>((_resolve, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('The connection has ended.')));
    });
    broken.catch(() => {});
    client.on('notification', ({ payload }) => {
      const change = toChange(payload);
      if (!change) return;
      for (const listener of listeners) if (listener.concerns(change)) listener.wake();
    });
    try {
      await Promise.race([client.connect(), broken]);
      await client.query(`LISTEN ${liveChannel}`);
      wakeAll();
      while (!signal.aborted) {
        await Promise.race([delay(askEveryMs, undefined, { signal, ref: false }).catch(() => {}), broken]);
        if (!signal.aborted) await client.query('SELECT 1');
      }
    } finally {
      await client.end().catch(() => {});
    }
  };

  const keepFollowing = async (signal: AbortSignal): Promise<void> => {
    for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      const began = performance.now();
      try {
        await follow(signal);
      } catch (error) {
        log.warn({ fault: String(error) }, 'changes are not heard just now; trying again');
      }
      if (performance.now() - began > 30_000) pauseMs = 250;
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };

  return {
    listen(concerns, wake) {
      const listener: Listener = { concerns, wake };
      listeners.add(listener);
      if (!stopping) {
        stopping = new AbortController();
        void keepFollowing(stopping.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stopping?.abort();
        stopping = undefined;
        onUnused();
      };
    },
  };
}
