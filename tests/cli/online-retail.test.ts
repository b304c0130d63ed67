import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { parse } from 'csv-parse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedData } from '../data-folder.ts';
import { createTestDatabase, type TestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

const path = sharedData('online-retail-2010-2011.csv.gz');

/** Revenue by month straight from the file's lines, without any of the product's code. */
async function monthlyRevenue(file: string): Promise<Record<string, number>> {
  const months: Record<string, number> = {};
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows) {
    const { InvoiceNo, StockCode, Quantity, UnitPrice, InvoiceDate } = row as Record<string, string>;
    if (!/^\d/.test(InvoiceNo as string) || !/^\d{5}[A-Za-z]{0,2}$/.test(StockCode as string)) continue;
    const month = (InvoiceDate as string).slice(0, 7);
    months[month] = (months[month] ?? 0) + Math.round(Number(UnitPrice) * 100) * Math.max(Number(Quantity), 0);
  }
  return months;
}

describe.skipIf(path === undefined)('UCI Online Retail (skipped where the file is not at hand)', () => {
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase(emptyShop);
    folder = mkdtempSync(join(tmpdir(), 'cda-retail-'));
  });

  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  function importer(...options: string[]) {
    const child = spawn(
      process.execPath,
      [resolve('cli/src/main.ts'), 'import', path as string, '--no-train', '--data-dir', folder, ...options],
      {
        env: { ...process.env, DATABASE_URL: database.url, INTERNAL_SECRET: testSecret },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const ended = new Promise<{ code: number | null; output: string; errors: string }>((done) =>
      child.on('close', (code) => done({ code, output, errors })),
    );
    return { child, ended };
  }

  test('killed half-way and taken in again, every line is there once and the sums are those of the file', async () => {
    const pool = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), {
      name: 'test',
      statementTimeoutMs: 0,
    });
    try {
      const first = importer();
      const count = async () =>
        (await pool.query("SELECT count(*) AS n FROM events.log WHERE name = 'Order Completed'")).rows[0].n;
      while ((await count()) < 3_000) await sleep(50);
      first.child.kill('SIGKILL');
      await first.ended;
      expect(await count()).toBeLessThan(22_000);

      const second = await importer('--json').ended;
      expect(second.errors).not.toContain('Error');
      expect(second.code).toBe(0);
      const summary = JSON.parse(second.output);
      expect(summary.read).toBe(541_909);
      expect(summary.accepted + summary.duplicate + summary.rejected).toBe(541_909);
      expect(summary.reasons).toEqual({ NOT_A_PRODUCT: 23, PRICE_PRECISION: 4, BOOKKEEPING: 3 });

      const { rows: lines } = await pool.query(
        `SELECT sum(jsonb_array_length(properties->'products')) FILTER (WHERE name = 'Order Completed') AS ordered,
           sum(jsonb_array_length(properties->'products')) FILTER (WHERE name = 'Order Refunded') AS refunded,
           count(*) FILTER (WHERE name = 'Stock Adjusted') AS stock FROM events.log`,
      );
      // Counted in the file: product lines of invoices, of cancellations, and lines without customer and price.
      expect(lines[0]).toEqual({ ordered: 396_337 + 33 + 131_388, refunded: 8_539 + 165, stock: 1_128 + 1_324 });

      const { rows } = await pool.query<{ month: string; revenue: number }>(
        `SELECT to_char(occurred_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month, sum((properties->>'revenue_minor')::bigint) AS revenue
         FROM events.log WHERE name = 'Order Completed' GROUP BY 1`,
      );
      expect(Object.fromEntries(rows.map(({ month, revenue }) => [month, revenue]))).toEqual(
        await monthlyRevenue(path as string),
      );
    } finally {
      await pool.end();
    }
  }, 180_000);
});
