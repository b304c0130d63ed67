import type { Pool } from 'pg';
import { inTransaction } from '../database/transaction.ts';

/** What becomes of what a person did: nothing is left, or the amounts are, as nobody's. */
export type ErasureMode = 'WIPE' | 'KEEP_TOTALS';

/** What becomes of later events of a person who was erased. Those from before the erasure are refused either way. */
export type AfterErasure = 'REFUSE' | 'NEW_CUSTOMER';

export interface ErasureRequest {
  /** The keys of each person. */
  people: readonly (readonly string[])[];
  mode: ErasureMode;
  afterwards: AfterErasure;
  /** Subject of who asked. */
  by: string;
}

/** Where an erasure stands. Nothing in it names the person. */
export interface Erasure {
  id: string;
  mode: ErasureMode;
  afterwards: AfterErasure;
  people: number;
  begunAt: Date;
  /** Null while it is under way. */
  finishedAt: Date | null;
  /** Rows removed or changed, by place; null while it is under way. */
  counts: Record<string, number> | null;
}

/** An erasure with what a search for the person's ids found afterwards. */
export interface VerifiedErasure extends Erasure {
  /** Rows that still name the person, by place. */
  found: Record<string, number>;
  /** Subgraphs whose projections are still being folded anew from the log that is left. */
  rebuilding: string[];
}

interface VerifiedRow extends Omit<VerifiedErasure, 'begunAt' | 'finishedAt'> {
  begun_at: string;
  finished_at: string | null;
}

/**
 * Begins an erasure: when it resolves nothing of these people comes in any more. `finishErasure` carries it out; both need a
 * connection of the users subgraph's role.
 */
export async function beginErasure(db: Pool, { people, mode, afterwards, by }: ErasureRequest): Promise<string> {
  const keys = people.flat();
  const persons = people.flatMap((person, i) => person.map(() => i + 1));
  const { rows } = await db.query<{ id: string }>('SELECT events.begin_erasure($1, $2, $3, $4, $5) AS id', [
    keys,
    persons,
    mode,
    afterwards,
    by,
  ]);
  return rows[0]!.id;
}

/**
 * Removes what was begun from the log, the quarantine and every subgraph's tables, in one transaction, and has all projections
 * folded anew. Cost: one scan of the log, then deletions by key during which nothing is appended; afterwards a replay of every
 * subgraph, so people are best erased many at once.
 */
export async function finishErasure(db: Pool, id: string): Promise<void> {
  await unhurried(db, 'SELECT events.finish_erasure($1)', [id]);
}

/** Carries out what was begun before a process ended. */
export async function resumeErasures(db: Pool): Promise<void> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM events.open_erasures() AS id');
  for (const { id } of rows) await finishErasure(db, id);
}

/** An erasure by its id; undefined where there is none. */
export async function loadErasure(db: Pool, id: string): Promise<Erasure | undefined> {
  const { rows } = await db.query<Erasure>(
    `SELECT id, mode, afterwards, people, begun_at AS "begunAt", finished_at AS "finishedAt", counts
     FROM events.erasure WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** Searches the log and every subgraph's tables for the ids of an erasure; undefined where there is no such erasure. */
export async function verifyErasure(db: Pool, id: string): Promise<VerifiedErasure | undefined> {
  const row = await unhurried<VerifiedRow>(db, 'SELECT events.verify_erasure($1) AS answer', [id]);
  if (!row) return undefined;
  const { begun_at, finished_at, ...rest } = row;
  return { ...rest, begunAt: new Date(begun_at), finishedAt: finished_at === null ? null : new Date(finished_at) };
}

/** Everything that is kept under these keys, by place: events, refused events, and the rows of every subgraph's tables. */
export async function exportCustomer(db: Pool, keys: readonly string[]): Promise<Record<string, unknown[]>> {
  return (await unhurried<Record<string, unknown[]>>(db, 'SELECT events.export_customer($1) AS answer', [keys])) ?? {};
}

/** A statement that looks at the whole log takes as long as the log is long. */
function unhurried<Answer>(db: Pool, sql: string, values: unknown[]): Promise<Answer | null> {
  return inTransaction(db, async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0');
    const { rows } = await tx.query<{ answer: Answer | null }>(sql, values);
    return rows[0]?.answer ?? null;
  });
}
