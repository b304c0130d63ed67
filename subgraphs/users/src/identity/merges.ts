import type { Pool } from 'pg';

/** A merge that the log tells of. */
export interface MergeRow {
  id: string;
  fromKey: string;
  intoKey: string;
  at: Date;
  by: string;
  undone: boolean;
}

/** A merge that is to be said, or taken back. */
export type MergeStatement = Pick<MergeRow, 'id' | 'fromKey' | 'intoKey'>;

const columns = `m.merge_id AS id, m.from_key AS "fromKey", m.into_key AS "intoKey", l.occurred_at AS at,
  coalesce(l.properties->>'by', '') AS by, m.undone`;
const said = `JOIN events.log l ON l.customer_key = 'i:' || m.from_key AND l.message_id = m.merge_id`;

/** Merges that name one of the keys, newest first. */
export async function loadMergesOf(db: Pool, keys: readonly string[]): Promise<MergeRow[]> {
  const { rows } = await db.query<MergeRow>(
    `SELECT ${columns} FROM users.identity_merge m ${said}
     WHERE m.from_key = ANY ($1) OR m.into_key = ANY ($1) ORDER BY l.occurred_at DESC, m.merge_id DESC`,
    [keys],
  );
  return rows;
}

/** Merges by id, in no order; those that there are. */
export async function loadMerges(db: Pool, ids: readonly string[]): Promise<MergeRow[]> {
  const { rows } = await db.query<MergeRow>(
    `SELECT ${columns} FROM users.identity_merge m ${said} WHERE m.merge_id = ANY ($1)`,
    [ids],
  );
  return rows;
}

/** Says in the log that customers are one, or that they are not after all. */
export async function stateMerges(
  db: Pool,
  merges: readonly MergeStatement[],
  { undone, by }: Pick<MergeRow, 'undone' | 'by'>,
): Promise<void> {
  await db.query('SELECT events.state_merges($1, $2, $3, $4, $5)', [
    merges.map(({ id }) => id),
    merges.map(({ fromKey }) => fromKey),
    merges.map(({ intoKey }) => intoKey),
    undone,
    by,
  ]);
}

const patienceMs = 5_000;
const lookEveryMs = 25;

/** Waits until this subgraph's projection has taken merges in, so that the answer and whatever is asked next show it; 5 s at most. */
export async function loadMergesOnceProjected(db: Pool, ids: readonly string[], undone: boolean): Promise<MergeRow[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const rows = await loadMerges(db, ids);
    if ((rows.length === ids.length && rows.every((row) => row.undone === undone)) || Date.now() > deadline)
      return rows;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
