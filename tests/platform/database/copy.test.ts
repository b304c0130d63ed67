import {
  copyBigint,
  copyBoolean,
  copyDouble,
  copyDoubles,
  copyIn,
  copyInteger,
  copyReals,
  copyText,
  copyTimestamp,
  copyUuid,
} from '@cda/platform/database/copy-in.ts';
import { copyOut, readDouble, readReal, readText, readTexts } from '@cda/platform/database/copy-out.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { inTransaction } from '@cda/platform/database/transaction.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres-fixture.ts';

let database: TestDatabase;
let db: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPool(database.url, { name: 'test' });
  await db.query(`CREATE TABLE kept (n integer PRIMARY KEY, word text, id uuid, at timestamptz, big bigint, value double precision,
    yes boolean, small real[], exact double precision[], words text[])`);
});
afterAll(async () => {
  await db?.end();
  await database?.[Symbol.asyncDispose]();
});

const words = ['', 'plain', 'Здравствуйте', '💐\ttab\n\\N', 'x'.repeat(70_000)];
const ids = ['00000000-0000-0000-0000-000000000000', '12345678-9abc-def0-1234-56789abcdef0'];
const rows = 30_000;
const numberOf = (n: number): number => [0, -0.1, 1e300, Number.MIN_VALUE, Math.PI * n][n % 5]!;
const exactOf = (n: number): number[] => Array.from({ length: n % 4 }, (_, i) => numberOf(n + i));

test('what is copied in is read again bit for bit, by rows and by the stream', async () => {
  await inTransaction(db, (tx) =>
    copyIn(tx, 'kept', rows, {
      n: copyInteger((n) => n),
      // Long words now and then: longer than what is sent at once.
      word: copyText((n) => (n % 7 === 0 ? null : words[n % 1000 === 4 ? 4 : n % 4]!)),
      id: copyUuid((n) => ids[n % 2]!),
      at: copyTimestamp((n) => (n % 3 === 0 ? null : new Date(Date.UTC(1969, 6, 20) + n * 1_234_567))),
      big: copyBigint((n) => (n % 5 === 0 ? null : -(2 ** 40) * n)),
      value: copyDouble((n) => numberOf(n)),
      yes: copyBoolean((n) => n % 2 === 1),
      small: copyReals((n) => Float32Array.of(n / 3, 1e30)),
      exact: copyDoubles(exactOf),
    }),
  );
  const read = await db.query('SELECT * FROM kept ORDER BY n');
  expect(read.rows).toHaveLength(rows);
  for (const [n, row] of read.rows.entries()) {
    expect(row).toMatchObject({
      word: n % 7 === 0 ? null : words[n % 1000 === 4 ? 4 : n % 4],
      id: ids[n % 2],
      at: n % 3 === 0 ? null : new Date(Date.UTC(1969, 6, 20) + n * 1_234_567),
      big: n % 5 === 0 ? null : -(2 ** 40) * n,
      value: numberOf(n),
      yes: n % 2 === 1,
      exact: exactOf(n),
    });
    expect(Float32Array.from(row.small)).toEqual(Float32Array.of(n / 3, 1e30));
  }

  const client = await db.connect();
  try {
    let n = 0;
    await copyOut(
      client,
      `SELECT coalesce(word, '-'), value, small[1], ARRAY[coalesce(word, '-'), 'ж'], NULL::text, ARRAY[]::text[] FROM kept ORDER BY n`,
      (row) => {
        const word = n % 7 === 0 ? '-' : words[n % 1000 === 4 ? 4 : n % 4]!;
        expect(readText(row)).toBe(word);
        expect(readDouble(row)).toBe(numberOf(n));
        expect(readReal(row)).toBe(Math.fround(n / 3));
        const taken: string[] = [];
        readTexts(row, (text) => taken.push(text));
        expect(taken).toEqual([word, 'ж']);
        n++;
      },
    );
    expect(n).toBe(rows);
    await copyOut(client, 'SELECT 1 WHERE false', () => expect.unreachable());
    // The connection is free again.
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await expect(copyOut(client, 'SELECT 1 / 0', () => undefined)).rejects.toThrow(/zero/);
    expect((await client.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
  } finally {
    client.release();
  }
});

test('a row that the table refuses leaves none behind, and says why', async () => {
  const copy = inTransaction(db, (tx) =>
    copyIn(tx, 'kept', 50_000, { n: copyInteger((n) => 1_000_000 + (n % 40_000)), word: copyText(() => 'twice') }),
  );
  await expect(copy).rejects.toThrow(/duplicate key/);
  const wrong = inTransaction(db, (tx) =>
    copyIn(tx, 'kept', 10, {
      n: copyInteger((n) => {
        if (n === 5) throw new RangeError('no such row');
        return 2_000_000 + n;
      }),
    }),
  );
  await expect(wrong).rejects.toThrow('no such row');
  expect((await db.query('SELECT count(*) AS n FROM kept WHERE n >= 1000000')).rows[0].n).toBe(0);
});
