import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Rejection } from './normalise.ts';

/** A refused event or row, as it is kept. */
export interface QuarantinedRow {
  source: string;
  /** Line of a file or place in a batch. */
  position: number | null;
  code: Rejection['code'] | string;
  path: string | null;
  message: string;
  raw: unknown;
}

/** Keeps refused rows with their reasons; the same row from the same place is kept once. */
export async function quarantineRows(pool: Pool, rows: readonly QuarantinedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const batch = rows.map((row) => {
    const raw = storable(row.raw);
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([row.source, row.position, raw]))
      .digest('base64url');
    return { ...row, raw, fingerprint };
  });
  await pool.query(
    `INSERT INTO events.quarantine (fingerprint, source, position, code, path, message, raw)
     SELECT fingerprint, source, position, code, path, message, raw FROM json_to_recordset($1::json)
       AS r (fingerprint text, source text, position bigint, code text, path text, message text, raw jsonb)
     ON CONFLICT (fingerprint) DO NOTHING`,
    [JSON.stringify(batch)],
  );
}

/** The raw value in a form that jsonb takes: what it cannot hold is escaped, what is too long is cut with a mark. */
function storable(given: unknown): unknown {
  const raw = shallow(given, 0);
  const text = JSON.stringify(raw) ?? 'null';
  if (text.length <= 20_000 && !text.includes('\\u0000') && !/\\ud[89a-f]/i.test(text)) return raw;
  return { unreadable: text.replaceAll('\\u', '\\\\u').slice(0, 20_000), length: text.length };
}

const deepest = 100;

/** The value itself, or a copy cut off below a depth at which neither JSON nor the database would follow. */
function shallow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return '…';
  if (Array.isArray(value)) {
    const items = value.map((item) => shallow(item, depth + 1));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const entries = Object.entries(value);
  const fields = entries.map(([key, field]) => [key, shallow(field, depth + 1)] as const);
  return fields.some(([, field], i) => field !== entries[i]?.[1]) ? Object.fromEntries(fields) : value;
}
