import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** Where a row is read from: PostgreSQL's binary form, column by column, each value behind its length in bytes (−1: null). */
export interface CopyRow {
  /** The bytes that are at hand; the row begins at `at` and lies in them whole. */
  bytes: Buffer;
  at: number;
}

/** Signature, flags and length of the extension. */
const headerBytes = 19;

/**
 * Runs a query by COPY in binary form and hands each row over as the bytes come, so that numbers go into typed arrays without an object
 * for each row.
 *
 * @param sql a query without parameters: COPY takes none.
 * @param read takes one row from its first value on; what it leaves of the row is skipped.
 */
export async function copyOut(client: ClientBase, sql: string, read: (row: CopyRow) => void): Promise<void> {
  const stream = client.query(copyTo(`COPY (${sql}) TO STDOUT (FORMAT binary)`, { highWaterMark: 1024 * 1024 }));
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  const row: CopyRow = { bytes: rest, at: 0 };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!begun) {
      if (bytes.length < headerBytes) {
        rest = bytes;
        continue;
      }
      at = headerBytes;
      begun = true;
    }
    row.bytes = bytes;
    for (;;) {
      const end = endOfRow(bytes, at);
      if (end < 0) break;
      row.at = at + 2;
      read(row);
      at = end;
    }
    rest = bytes.subarray(at);
  }
  // The last byte comes before the server is ready again: whoever closes the connection now would cut it off.
  await client.query('');
}

/** Where the row that begins at `at` ends; −1 where it is not whole yet, or is the mark of the end. */
function endOfRow(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return -1;
  const columns = bytes.readInt16BE(at);
  if (columns < 0) return -1;
  let end = at + 2;
  for (let column = 0; column < columns; column++) {
    if (end + 4 > bytes.length) return -1;
    end += 4 + Math.max(0, bytes.readInt32BE(end));
  }
  return end <= bytes.length ? end : -1;
}

/** Reads a `text` value. */
export function readText(row: CopyRow): string {
  const length = row.bytes.readInt32BE(row.at);
  const from = row.at + 4;
  row.at = from + length;
  return row.bytes.toString('utf8', from, row.at);
}

/** Reads a `real` value. */
export function readReal(row: CopyRow): number {
  const value = row.bytes.readFloatBE(row.at + 4);
  row.at += 8;
  return value;
}

/** Reads a `double precision` value. */
export function readDouble(row: CopyRow): number {
  const value = row.bytes.readDoubleBE(row.at + 4);
  row.at += 12;
  return value;
}

/** Reads a one-dimensional array of text without nulls and hands each over. */
export function readTexts(row: CopyRow, take: (text: string) => void): void {
  const end = row.at + 4 + row.bytes.readInt32BE(row.at);
  const dimensions = row.bytes.readInt32BE(row.at + 4);
  const count = dimensions === 0 ? 0 : row.bytes.readInt32BE(row.at + 16);
  row.at += 24;
  for (let i = 0; i < count; i++) take(readText(row));
  row.at = end;
}
