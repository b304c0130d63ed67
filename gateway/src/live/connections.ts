import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { Caller } from '../who/caller.ts';
import { liveFigures } from './live-figures.ts';
import type { LiveLimits } from './live-limits.ts';

/** Why the gateway ends a connection. */
export type EndReason = 'expired' | 'rights-changed' | 'signed-out' | 'slow' | 'shutdown';

/** A connection over which results are delivered. */
export interface LiveConnection {
  way: 'websocket' | 'event-stream';
  address: string;
  /** Session that it was opened in, where it came by cookie. */
  session: string | undefined;
  /** Ends it and says why, as far as its way can say it. */
  end(reason: EndReason): void;
}

/** All open connections, within their limits. */
export interface Connections {
  /** Counts one in. A sentence where there is no room; else what counts it out. */
  enter(connection: LiveConnection): string | (() => void);
  /** Says who reads it, and what proved it. A sentence where that one has too many already. */
  claim(connection: LiveConnection, caller: Caller, proof: IncomingHttpHeaders): string | undefined;
  /** Ends all of a session. */
  endSession(session: string): void;
  endAll(reason: EndReason): void;
  readonly size: number;
  close(): void;
}

interface Reader {
  caller: Caller;
  proof: IncomingHttpHeaders;
}

interface Options {
  limits: LiveLimits;
  /** Whether a caller may still do what they might when they came; throws where nobody can say just now. */
  stillHolds: (caller: Caller, proof: IncomingHttpHeaders) => Promise<boolean>;
  /** Those of these sessions that are open still; throws where nobody can say just now. */
  openSessions: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  log: Log;
}

/** Longest wait that a timer can be set for. */
const longestTimerMs = 2 ** 31 - 1;

export function createConnections({ limits, stillHolds, openSessions, log }: Options): Connections {
  const open = new Map<LiveConnection, { reader?: Reader; expiry?: NodeJS.Timeout }>();
  const unknownByAddress = new Map<string, number>();
  const byViewer = new Map<string, number>();

  const add = (counts: Map<string, number>, key: string, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  const end = (connection: LiveConnection, reason: EndReason): void => {
    liveFigures.closed.inc({ reason });
    connection.end(reason);
  };

  /** Rights may be lost while a connection is open: each viewer is asked about once, however many connections they have. */
  const recheck = async (): Promise<void> => {
    const readers = new Map<string, Reader & { connections: LiveConnection[] }>();
    for (const [connection, { reader }] of open) {
      if (!reader) continue;
      const key = `${reader.caller.subject} ${reader.caller.scopes.join(' ')}`;
      const known = readers.get(key);
      if (known) known.connections.push(connection);
      else readers.set(key, { ...reader, connections: [connection] });
    }
    for (const { caller, proof, connections } of readers.values()) {
      try {
        if (await stillHolds(caller, proof)) continue;
      } catch {
        // Nobody is cut off because a part of ours is down; tokens end by themselves.
        continue;
      }
      log.info({ subject: caller.subject, connections: connections.length }, 'rights changed while results were read');
      for (const connection of connections) end(connection, 'rights-changed');
    }
  };
  /** Who signs out may do so at another gateway. */
  const recheckSessions = async (): Promise<void> => {
    const sessions = new Set([...open.keys()].flatMap(({ session }) => session ?? []));
    if (sessions.size === 0) return;
    try {
      const still = await openSessions([...sessions]);
      for (const connection of [...open.keys()]) {
        const { session } = connection;
        if (session !== undefined && sessions.has(session) && !still.has(session)) end(connection, 'signed-out');
      }
    } catch {
      // As above: nobody is cut off for that.
    }
  };
  let checking = false;
  const timer = setInterval(() => {
    if (checking) return;
    checking = true;
    void Promise.all([recheck(), recheckSessions()]).finally(() => {
      checking = false;
    });
  }, limits.recheckMs);
  timer.unref();

  return {
    get size() {
      return open.size;
    },
    enter(connection) {
      const { address, way } = connection;
      if (open.size >= limits.connections) return 'Too many connections are open here. Try again later.';
      if ((unknownByAddress.get(address) ?? 0) >= limits.unknownPerAddress) {
        return 'Too many connections from this address have not said who reads them.';
      }
      open.set(connection, {});
      add(unknownByAddress, address, 1);
      liveFigures.connections.inc({ way });
      return () => {
        const known = open.get(connection);
        if (!known) return;
        clearTimeout(known.expiry);
        open.delete(connection);
        if (known.reader) add(byViewer, known.reader.caller.subject, -1);
        else add(unknownByAddress, address, -1);
        liveFigures.connections.dec({ way });
      };
    },
    claim(connection, caller, proof) {
      const known = open.get(connection);
      if (!known) return 'The connection is closed.';
      if ((byViewer.get(caller.subject) ?? 0) >= limits.connectionsPerViewer) {
        return `${limits.connectionsPerViewer} connections of one viewer are the most.`;
      }
      known.reader = { caller, proof };
      add(unknownByAddress, connection.address, -1);
      add(byViewer, caller.subject, 1);
      if (caller.expiresAt) {
        const left = Math.min(Math.max(caller.expiresAt.getTime() - Date.now(), 0), longestTimerMs);
        known.expiry = setTimeout(() => end(connection, 'expired'), left);
        known.expiry.unref();
      }
      return undefined;
    },
    endSession(session) {
      for (const connection of [...open.keys()]) if (connection.session === session) end(connection, 'signed-out');
    },
    endAll(reason) {
      for (const connection of [...open.keys()]) end(connection, reason);
    },
    close: () => clearInterval(timer),
  };
}
