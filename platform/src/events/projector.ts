import pg, { type Pool, type PoolClient } from 'pg';
import { inTransaction } from '../database/transaction.ts';
import type { SubgraphName } from '../graph/type-defs.ts';
import { type Change, liveChannel } from '../live/change.ts';
import type { Log } from '../telemetry/log.ts';
import { gauge } from '../telemetry/metrics.ts';
import type { Projection } from './projection.ts';

/** Where a projection stands. */
export interface ProjectionState {
  name: string;
  seq: number;
  /** Events that the log holds past the cursor, an upper bound: rolled-back numbers count too. */
  lag: number;
  /** Seconds since the oldest of them arrived; 0 where there is none. */
  lagSeconds: number;
  /** Events that it could not take. */
  faults: number;
}

export interface Projector extends AsyncDisposable {
  /** Folds in everything that is final in the log now; resolves when it is done. */
  catchUp(progress?: (done: number, of: number) => void): Promise<void>;
  /** Rebuilds every projection from the log in one transaction: readers see the old tables until the new ones are whole. */
  replay(progress?: (done: number, of: number) => void): Promise<void>;
  /** Begins to follow the log: woken by NOTIFY, and by polling because a notification can be missed. */
  follow(): void;
  states(): Promise<ProjectionState[]>;
}

export interface ProjectorOptions {
  subgraph: SubgraphName;
  projections: readonly Projection[];
  /** Pool of the subgraph's own role, without statement timeout. */
  pool: Pool;
  /** For the connection that listens. */
  databaseUrl: string;
  log: Log;
  batchSize?: number;
  pollMs?: number;
}

/**
 * Shortest and longest rest between two folds under a steady stream. A fold costs much for itself and little for each event more, so
 * the longer one takes, the longer events gather for the next: as long as the last one took, which leaves the processor to those who send.
 */
const restMs = { shortest: 150, longest: 500 } as const;
const measureEveryMs = 5_000;

const labels = ['subgraph', 'projection'] as const;
const lagEvents = gauge('cda_projection_lag_events', 'Events of the log that a projection has not folded in', labels);
const lagAge = gauge(
  'cda_projection_lag_seconds',
  'Age of the oldest event that a projection has not folded in',
  labels,
);
const setAside = gauge('cda_projection_faults', 'Events that a projection could not take', labels);

/** Keeps a subgraph's projections up to the log, each with a cursor that moves in the same transaction as its tables. */
export function createProjector(options: ProjectorOptions): Projector {
  const { subgraph, projections, pool, log } = options;
  const batchSize = options.batchSize ?? 50_000;
  const cursorTable = `${subgraph}.projection_cursor`;
  let running: Promise<void> | undefined;
  let again = false;
  let resting = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let listener: pg.Client | undefined;
  let listening: Promise<void> | undefined;

  async function safeSeq(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { rows } = await pool.query<{ seq: number }>('SELECT events.safe_seq() AS seq');
        return rows[0]?.seq ?? 0;
      } catch (error) {
        // Appends hold the lock: step back so that neither starves the other.
        if ((error as { code?: string }).code !== '55P03' || attempt === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
      }
    }
  }

  async function prepareCursors(): Promise<void> {
    await inTransaction(pool, async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('projection:' || $1))", [subgraph]);
      const { rows } = await tx.query<{ name: string; version: number }>(`SELECT name, version FROM ${cursorTable}`);
      const versions = new Map(rows.map((row) => [row.name, row.version]));
      for (const projection of projections) {
        if (versions.get(projection.name) === projection.version) continue;
        await empty(tx, projection);
      }
    });
  }

  async function empty(tx: PoolClient, projection: Projection): Promise<void> {
    for (const table of projection.tables) await tx.query(`DELETE FROM ${table}`);
    await tx.query(`DELETE FROM ${subgraph}.projection_fault WHERE name = $1`, [projection.name]);
    await tx.query(
      `INSERT INTO ${cursorTable} (name, version, seq) VALUES ($1, $2, 0)
       ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version, seq = 0, rebuild = false, updated_at = now()`,
      [projection.name, projection.version],
    );
  }

  /** Folds one range in; where it fails for a reason of its data, halves it until the one event is found and set aside. */
  async function fold(tx: PoolClient, projection: Projection, from: number, to: number): Promise<void> {
    await tx.query('SAVEPOINT fold');
    try {
      for (const sql of projection.apply) await tx.query(sql, [from, to]);
      await tx.query('RELEASE SAVEPOINT fold');
    } catch (error) {
      if (!isFaultOfData(error)) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT fold');
      await tx.query('RELEASE SAVEPOINT fold');
      if (to - from > 1) {
        const middle = Math.floor((from + to) / 2);
        await fold(tx, projection, from, middle);
        await fold(tx, projection, middle, to);
        return;
      }
      const message = (error as Error).message;
      log.error({ projection: projection.name, seq: to, error: message }, 'an event was set aside by a projection');
      await tx.query(
        `INSERT INTO ${subgraph}.projection_fault (name, seq, error) VALUES ($1, $2, $3)
         ON CONFLICT (name, seq) DO UPDATE SET error = EXCLUDED.error, at = now()`,
        [projection.name, to, message],
      );
    }
  }

  async function advance(tx: PoolClient, projection: Projection, from: number, to: number): Promise<void> {
    await fold(tx, projection, from, to);
    const change: Change = { topic: 'projection', key: `${subgraph}.${projection.name}` };
    // Told when this transaction commits, and once however many ranges it folds in.
    await tx.query(
      `WITH moved AS (UPDATE ${cursorTable} SET seq = $2, updated_at = now() WHERE name = $1 RETURNING name)
       SELECT pg_notify($3, $4) FROM moved`,
      [projection.name, to, liveChannel, JSON.stringify(change)],
    );
  }

  /** One batch of one projection; returns its cursor afterwards. */
  function step(projection: Projection, horizon: number): Promise<number> {
    return inTransaction(pool, async (tx) => {
      // Another process that serves the same subgraph may be at it: wait for its turn to end, then go on from there.
      const { rows } = await tx.query<{ seq: number; rebuild: boolean }>(
        `SELECT seq, rebuild FROM ${cursorTable} WHERE name = $1 FOR UPDATE`,
        [projection.name],
      );
      if (rows[0]?.rebuild) {
        await refold(tx, projection, horizon);
        return horizon;
      }
      const from = rows[0]?.seq ?? 0;
      if (from >= horizon) return from;
      const to = Math.min(from + batchSize, horizon);
      await advance(tx, projection, from, to);
      return to;
    });
  }

  /** Folds the log in from its beginning, in the transaction given: readers see the old tables until the new ones are whole. */
  async function refold(
    tx: PoolClient,
    projection: Projection,
    horizon: number,
    progress?: (seq: number) => void,
  ): Promise<void> {
    await empty(tx, projection);
    for (let from = 0; from < horizon; from += batchSize) {
      const to = Math.min(from + batchSize, horizon);
      await advance(tx, projection, from, to);
      progress?.(to);
    }
  }

  async function catchUp(progress?: (done: number, of: number) => void): Promise<void> {
    const horizon = await safeSeq();
    let finished = 0;
    for (const projection of projections) {
      let seq: number;
      // At least one look, since the cursor may ask for a rebuild.
      do {
        if (closed) return;
        seq = await step(projection, horizon);
        progress?.(finished * horizon + seq, projections.length * horizon);
      } while (seq < horizon);
      finished++;
    }
  }

  async function replay(progress?: (done: number, of: number) => void): Promise<void> {
    const horizon = await safeSeq();
    await inTransaction(pool, async (tx) => {
      await tx.query(`SELECT FROM ${cursorTable} ORDER BY name FOR UPDATE`);
      let finished = 0;
      for (const projection of projections) {
        await refold(tx, projection, horizon, (seq) =>
          progress?.(finished * horizon + seq, projections.length * horizon),
        );
        finished++;
      }
    });
  }

  async function states(): Promise<ProjectionState[]> {
    await ready;
    const { rows } = await pool.query<ProjectionState>(
      `SELECT c.name, c.seq, greatest(l.seq - c.seq, 0) AS lag,
         coalesce((SELECT extract(epoch FROM now() - e.received_at)::double precision FROM events.log e
           WHERE e.seq > c.seq ORDER BY e.seq LIMIT 1), 0) AS "lagSeconds",
         (SELECT count(*) FROM ${subgraph}.projection_fault f WHERE f.name = c.name) AS faults
       FROM ${cursorTable} c, (SELECT coalesce(max(seq), 0) AS seq FROM events.log) l
       WHERE c.name = ANY ($1) ORDER BY c.name`,
      [projections.map((projection) => projection.name)],
    );
    return rows;
  }

  let measuredAt = 0;

  /** Keeps the figures of the process up to date, a few times a minute. */
  function measure(): void {
    if (performance.now() - measuredAt < measureEveryMs) return;
    measuredAt = performance.now();
    states().then(
      (rows) => {
        for (const { name: projection, lag, lagSeconds, faults } of rows) {
          lagEvents.set({ subgraph, projection }, lag);
          lagAge.set({ subgraph, projection }, Math.max(lagSeconds, 0));
          setAside.set({ subgraph, projection }, faults);
        }
      },
      () => {},
    );
  }

  /** Runs `catchUp` now; or, where it is running or has just run, once more after a rest. */
  function wake(): void {
    if (closed || resting) return;
    if (running) {
      again = true;
      return;
    }
    const began = performance.now();
    running = catchUp()
      .catch((error: Error) => log.warn({ error: error.message }, 'projections wait for the database'))
      .finally(() => {
        running = undefined;
        if (!again) return;
        again = false;
        resting = true;
        const rest = performance.now() - began;
        const rested = (): void => {
          resting = false;
          wake();
        };
        setTimeout(rested, Math.min(Math.max(rest, restMs.shortest), restMs.longest)).unref();
      });
  }

  async function listen(): Promise<void> {
    const client = new pg.Client({ connectionString: options.databaseUrl, application_name: `${subgraph}-listen` });
    // The poll goes on without it; the next poll connects again.
    client.on('error', () => {
      listener = undefined;
    });
    client.on('notification', wake);
    await client.connect();
    await client.query('LISTEN events');
    listener = client;
  }

  const ready = prepareCursors();
  // The fault is reported by whoever waits for it first; until then it must not end the process.
  ready.catch(() => {});

  return {
    catchUp: async (progress) => {
      await ready;
      await running;
      await catchUp(progress);
    },
    replay: async (progress) => {
      await ready;
      await running;
      await replay(progress);
    },
    follow: () => {
      const poll = (): void => {
        wake();
        measure();
        if (listener || closed) return;
        listening ??= listen()
          .catch(() => {})
          .finally(() => {
            listening = undefined;
          });
      };
      ready.then(poll, (error: Error) => log.error({ error: error.message }, 'projections could not be prepared'));
      timer = setInterval(poll, options.pollMs ?? 1_000);
      timer.unref();
    },
    states,
    [Symbol.asyncDispose]: async () => {
      closed = true;
      clearInterval(timer);
      await ready.catch(() => {});
      await running?.catch(() => {});
      await listening;
      await listener?.end().catch(() => {});
    },
  };
}

/** Classes 22 (data exception), 23 (constraint) and 54 (limit): trying the same event again would fail the same way. */
function isFaultOfData(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}
