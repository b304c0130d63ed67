import type { PoolClient } from 'pg';
import { keptScoreDays } from '../loaders/histories.ts';

/** Rows a statement: bounds the text that is sent at once. */
const chunk = 5_000;

/**
 * Inserts rows by column, some thousand a statement.
 *
 * @param columns name → SQL type, as the table has them.
 */
export async function insertRows(
  tx: PoolClient,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: Iterable<Record<string, unknown>>,
): Promise<void> {
  const names = Object.keys(columns).join(', ');
  const types = Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
  const text = `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS r (${types})`;
  let waiting: Record<string, unknown>[] = [];
  for (const row of rows) {
    waiting.push(row);
    if (waiting.length === chunk) {
      await tx.query(text, [JSON.stringify(waiting)]);
      waiting = [];
    }
  }
  if (waiting.length > 0) await tx.query(text, [JSON.stringify(waiting)]);
}

/** Keeps what a version said of each customer, for the history of scores, and lets go of what is too old to be shown. */
export async function keepHistory(tx: PoolClient, model: string, scores: string, versionId: string): Promise<void> {
  await tx.query(
    `INSERT INTO users.score_history (customer_key, model, as_of, version_id, value)
     SELECT customer_key, $1, as_of, version_id, ${scores} WHERE version_id = $2 ORDER BY customer_key`,
    [model, versionId],
  );
  await tx.query(
    `DELETE FROM users.score_history WHERE model = $1
       AND as_of < (SELECT as_of FROM registry.model_version WHERE id = $2) - make_interval(days => $3)`,
    [model, versionId, keptScoreDays],
  );
}
