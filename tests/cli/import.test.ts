import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ImportSummary, importFile } from '../../cli/src/import/import-file.ts';
import { createTestDatabase, type TestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

let database: TestDatabase;
let pool: Pool;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase(emptyShop);
  pool = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' });
  folder = mkdtempSync(join(tmpdir(), 'cda-import-'));
});

afterEach(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function file(content: string | Buffer, name = 'data.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const take = (path: string, more: Partial<Parameters<typeof importFile>[0]> = {}): Promise<ImportSummary> =>
  importFile({ path, pool, shop: { currency: 'EUR', timeZone: 'Europe/Berlin' }, ...more });

const header = 'order_id,customer_id,ordered_at,product_id,product_name,price,quantity';
const logged = async () =>
  (await pool.query('SELECT name, properties, occurred_at FROM events.log ORDER BY name, message_id')).rows;
const quarantined = async () =>
  (await pool.query('SELECT position, code, path FROM events.quarantine ORDER BY position')).rows;

describe('a file of orders', () => {
  test('becomes one event an order, with money in minor units and times in the shop’s zone', async () => {
    const summary = await take(
      file(
        `${header}\n1,ann,2026-07-01 12:00,p1,Cup,12.50,2\n1,ann,2026-07-01 12:00,p2,Pot,3.10,1\n2,bob,2026-07-02,p1,Cup,12.50,1\n`,
      ),
    );
    expect(summary).toMatchObject({ format: 'orders', read: 3, accepted: 3, events: 2, rejected: 0 });
    const [first] = await logged();
    expect(first.properties).toMatchObject({ order_id: '1', revenue_minor: 2810, total_minor: 2810, currency: 'EUR' });
    expect(first.occurred_at.toISOString()).toBe('2026-07-01T10:00:00.000Z');
  });

  test('taken in twice changes nothing', async () => {
    const path = file(`${header}\n1,ann,2026-07-01,p1,Cup,12.50,2\n2,bob,2026-07-02,p1,Cup,bad,1\n`);
    await take(path);
    const before = [await logged(), await quarantined()];
    expect(await take(path)).toMatchObject({ read: 2, accepted: 0, duplicate: 1, rejected: 1 });
    expect([await logged(), await quarantined()]).toEqual(before);
  });

  test('keeps an order whose lines stand apart whole', async () => {
    await take(file(`${header}\n1,ann,2026-07-01,p1,A,1,1\n2,bob,2026-07-01,p1,A,1,1\n1,ann,2026-07-01,p2,B,2,1\n`));
    const { rows } = await pool.query(
      "SELECT sum((properties->>'revenue_minor')::int)::int AS sum FROM events.log WHERE properties->>'order_id' = '1'",
    );
    expect(rows[0].sum).toBe(300);
  });

  test('is read with its own column names by --map, and as gzip', async () => {
    const content = gzipSync('Nr,Datum,Artikel,Preis,Menge\n7,2026-01-01,x,1.00,3\n');
    const map = { Nr: 'order_id', Datum: 'ordered_at', Artikel: 'product_id', Preis: 'price', Menge: 'quantity' };
    expect(await take(file(content, 'a.csv.gz'), { map, format: 'orders' })).toMatchObject({ accepted: 1 });
  });
});

describe('a file of another make', () => {
  const rows = (separator: string, price: string) =>
    `${header}\n1,ann,2026-07-01,p1,Cup,PRICE,2\n2,bob,2026-07-02,p2,Pot,PRICE,1\n`
      .replaceAll(',', separator)
      .replaceAll('PRICE', price);

  test.each([
    ['semicolons, a decimal comma and a byte order mark', `\ufeff${rows(';', '12,50')}`],
    ['tabs', rows('\t', '12.50')],
    [
      'pipes, and commas in a quoted column name',
      rows('|', '12.50')
        .replace('quantity', 'quantity|"a,b,c,d,e,f,g,h"')
        .replaceAll(/(\d)\n/g, '$1|\n'),
    ],
    ['line ends of an old Mac', rows(',', '12.50').replaceAll('\n', '\r')],
    ['line ends of Windows', rows(';', '12,5').replaceAll('\n', '\r\n')],
  ])('with %s is read as what it is', async (_name, content) => {
    expect(await take(file(content))).toMatchObject({ format: 'orders', read: 2, accepted: 2, events: 2 });
    expect((await logged()).map(({ properties }) => properties.revenue_minor)).toEqual([2500, 1250]);
  });

  test('what may be thousands is no decimal', async () => {
    const content = `${rows(';', '1,250')}${rows(';', '1.250')}${rows(';', '1.250,00')}`.replaceAll(
      `\n${header.replaceAll(',', ';')}`,
      '',
    );
    expect(await take(file(content))).toMatchObject({
      accepted: 0,
      reasons: { INVALID_NUMBER: 6 },
    });
  });

  test('orders that lack a column are not taken for products', async () => {
    const content = 'order_id,ordered_at,product_id,quantity\n1,2026-07-01,p1,2\n';
    await expect(take(file(content))).rejects.toMatchObject({
      code: 'HEADER_INVALID',
      message: 'This looks like a file of orders, but it lacks the column price.',
      remedy: expect.stringMatching(/--map COLUMN=price.*--format products/),
    });
    expect(await logged()).toEqual([]);
    expect(await take(file(content), { format: 'products' })).toMatchObject({ format: 'products', accepted: 1 });
  });

  test('a catalogue may have a quantity', async () => {
    expect(await take(file('product_id,name,quantity\np1,Cup,3\n'))).toMatchObject({ format: 'products', accepted: 1 });
  });

  test('Windows-1251 is told how it becomes UTF-8, in the first line and in the rows', async () => {
    const name = Buffer.from([0xd1, 0xf2, 0xee, 0xeb]);
    await expect(take(file(Buffer.concat([name, Buffer.from(`,${header}\n`)])))).rejects.toMatchObject({
      remedy: expect.stringContaining('iconv -f WINDOWS-1251'),
    });
    await take(file(Buffer.concat([Buffer.from(`${header}\n1,ann,2026-07-01,p1,`), name, Buffer.from(',1,1\n')])));
    const { rows } = await pool.query('SELECT message FROM events.quarantine');
    expect(rows).toEqual([{ message: expect.stringContaining('iconv -f WINDOWS-1251') }]);
  });
});

describe('bad rows', () => {
  test.each([
    ['1,ann,2026-02-31,p1,Cup,1,1', 'INVALID_TIME', 'ordered_at'],
    ['1,ann,31.02.2026,p1,Cup,1,1', 'INVALID_TIME', 'ordered_at'],
    ['1,ann,2026-02-01,p1,Cup,-1,1', 'NEGATIVE_PRICE', 'price'],
    ['1,ann,2026-02-01,p1,Cup,0.001,1', 'PRICE_PRECISION', 'price'],
    ['1,ann,2026-02-01,p1,Cup,"1,5",1', 'INVALID_NUMBER', 'price'],
    ['1,ann,2026-02-01,p1,Cup,1e3,1', 'INVALID_NUMBER', 'price'],
    ['1,ann,2026-02-01,p1,Cup,NaN,1', 'INVALID_NUMBER', 'price'],
    ['1,ann,2026-02-01,,Cup,1,1', 'MISSING_VALUE', 'product_id'],
    ['1,ann,2026-02-01,p1,Cup,1,0', 'NEGATIVE_QUANTITY', 'quantity'],
    ['1,ann,2026-02-01,p1,Cup,1', 'COLUMN_COUNT', null],
    ['1,null,2026-02-01,p1,Cup,1,1', 'BLOCKED_IDENTITY', 'userId'],
    ['1,ann,2999-02-01,p1,Cup,1,1', 'INVALID_TIME', 'originalTimestamp'],
    ['1,ann,2026-02-01,p\u0000,Cup,1,1', 'UNSTORABLE_TEXT', 'properties.products.0.product_id'],
  ])('%s goes to quarantine, and its neighbour in', async (line, code, path) => {
    const summary = await take(file(`${header}\n${line}\n2,bob,2026-07-02,p1,Cup,1,1\n`));
    expect(summary).toMatchObject({ read: 2, accepted: 1, rejected: 1, reasons: { [code]: 1 } });
    expect(await quarantined()).toEqual([{ position: 2, code, path }]);
  });

  test('a line of 10 MB and a quote that never closes do not take the rest of the memory', async () => {
    const long = await take(
      file(`${header}\n1,ann,2026-07-01,p1,${'x'.repeat(10_000_000)},1,1\n2,bob,2026-07-02,p1,Cup,1,1\n`),
    );
    expect(long.accepted + long.rejected).toBe(long.read);
    expect(long.reasons['LINE_TOO_LONG']).toBeGreaterThan(0);
    const open = await take(
      file(`${header}\n1,ann,2026-07-01,p1,"never closed,1,1\n2,bob,2026-07-02,p1,Cup,1,1\n`, 'b.csv'),
    );
    expect(open.accepted + open.rejected).toBe(open.read);
    expect(open.rejected).toBeGreaterThan(0);
  });

  test('bytes that are no UTF-8 are refused by their line', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${header}\n1,ann,2026-07-01,p1,`),
      Buffer.from([0xe4, 0xf6]),
      Buffer.from(',1,1\n'),
    ]);
    expect(await take(file(bytes))).toMatchObject({ read: 1, rejected: 1, reasons: { INVALID_ENCODING: 1 } });
  });
});

describe('a file that cannot be read at all', () => {
  test.each([
    ['an empty file', () => file(''), /empty/],
    ['a folder', () => folder, /is a folder/],
    ['a missing file', () => join(folder, 'nothing.csv'), /does not exist/],
    ['UTF-16', () => file(Buffer.from(`\ufeff${header}\n`, 'utf16le')), /UTF-16/],
    ['a spreadsheet', () => file(Buffer.from('PK\u0003\u0004zip'), 'Orders.xlsx'), /is a spreadsheet/],
    ['an old spreadsheet', () => file(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'Orders.csv'), /is a spreadsheet/],
    ['a ZIP archive', () => file(Buffer.from('PK\u0003\u0004zip')), /ZIP/],
    ['another header', () => file('a,b,c\n1,2,3\n'), /no known format/],
    ['a header that names a column twice', () => file(`order_id,order_id\n1,2\n`), /more than once/],
    ['a picture', () => file(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])), /not (text|UTF-8)/],
    ['zeros', () => file(Buffer.alloc(100)), /not text/],
    ['10,000 columns', () => file(`${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n`), /10000 columns/],
  ])('%s is said plainly, with the remedy, and nothing is written', async (_name, make, message) => {
    const error = await take(make()).catch((fault: unknown) => fault);
    expect(error).toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/\w{3}/),
    });
    expect(await logged()).toEqual([]);
  });

  test('a gzip file cut in the middle keeps what came before and says what to do', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},ann,2026-07-01,p${i % 97},Cup ${Math.sin(i)},1,1`);
    const whole = gzipSync(`${header}\n${lines.join('\n')}\n`);
    const half = file(whole.subarray(0, whole.length / 2), 'cut.csv.gz');
    await expect(take(half)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const stored = (await logged()).length;
    expect(stored).toBeGreaterThan(0);
    const again = await take(file(whole, 'whole.csv.gz'));
    expect(again).toMatchObject({ duplicate: stored, accepted: 50_000 - stored });
  });

  test('formats and columns that do not exist are named', async () => {
    const path = file(`${header}\n`);
    await expect(take(path, { format: 'excel' })).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
    await expect(take(path, { map: { Preis: 'price' } })).rejects.toMatchObject({ code: 'HEADER_INVALID' });
    const json = file('{"productID":"1"}\n', 'a.jsonl');
    await expect(take(json, { map: { id: 'productID' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(take(path, { format: 'online-retail' })).rejects.toMatchObject({
      remedy: expect.stringContaining('--map'),
    });
  });
});

describe('other kinds of files', () => {
  test('products become catalogue events, and a row that says nothing new is a duplicate', async () => {
    const path = file('product_id,name,price,stock,updated_at\np1,Cup,12.50,4,2026-01-01\np1,Cup,12.50,4,2026-01-01\n');
    expect(await take(path)).toMatchObject({ format: 'products', accepted: 1, duplicate: 1 });
    expect((await logged())[0].properties).toEqual({
      product_id: 'p1',
      name: 'Cup',
      price_minor: 1250,
      stock: 4,
      currency: 'EUR',
    });
  });

  test('a later file of products may say again what an earlier one said', async () => {
    const day = (stock: number, date: string) => {
      const path = file(`product_id,stock\np1,${stock}\n`, 'catalogue.csv');
      utimesSync(path, new Date(date), new Date(date));
      return path;
    };
    await take(day(5, '2026-07-01'));
    await take(day(4, '2026-07-02'));
    expect(await take(day(5, '2026-07-03'))).toMatchObject({ accepted: 1 });
    expect(await take(day(5, '2026-07-03'))).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  test('products say what they cost; a cost that is none is refused with its line', async () => {
    const path = file('product_id,price,cost,currency\np1,10,6.25,USD\np2,10,-1,USD\np3,10,dear,USD\n');
    expect(await take(path)).toMatchObject({ format: 'products', accepted: 1, rejected: 2 });
    expect((await logged())[0].properties).toEqual({
      product_id: 'p1',
      price_minor: 1000,
      cost_minor: 625,
      currency: 'USD',
    });
  });

  test('products say where they are sold, everywhere where they do not', async () => {
    const path = file('product_id,name,countries\np1,Cup,DE|AT\np2,Jug,\np3,Pot,Germany\n');
    expect(await take(path)).toMatchObject({ format: 'products', accepted: 2, rejected: 1 });
    const said = new Map((await logged()).map(({ properties }) => [properties.product_id, properties.countries]));
    expect(said).toEqual(
      new Map<string, string[] | undefined>([
        ['p1', ['DE', 'AT']],
        ['p2', undefined],
      ]),
    );
  });

  test('events carry their objects as JSON', async () => {
    const path = file(
      'type,messageId,timestamp,event,userId,properties\ntrack,m1,2026-01-01T00:00:00Z,Signed Up,ann,"{""plan"":""free""}"\ntrack,m2,2026-01-01,Signed Up,ann,[1]\n',
    );
    expect(await take(path)).toMatchObject({
      format: 'events',
      accepted: 1,
      rejected: 1,
      reasons: { INVALID_JSON: 1 },
    });
    expect(await logged()).toMatchObject([{ name: 'Signed Up', properties: { plan: 'free' } }]);
  });

  test('a Segment archive keeps its own times, and is stored once', async () => {
    const lines = [
      {
        type: 'track',
        event: 'Signed Up',
        messageId: 's1',
        userId: 'ann',
        timestamp: '2024-01-01T00:00:00Z',
        sentAt: '2024-01-05T00:00:00Z',
        originalTimestamp: '2024-01-04T00:00:00Z',
      },
      { type: 'identify', userId: 'ann', traits: { email: 'ann@example.com' }, timestamp: '2024-01-02T00:00:00Z' },
    ];
    const path = file(`${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot json\n[1]\n`, 'segment.jsonl');
    expect(await take(path)).toMatchObject({ format: 'segment', read: 4, accepted: 2, reasons: { INVALID_JSON: 2 } });
    expect(await take(path)).toMatchObject({ accepted: 0, duplicate: 2 });
    expect((await logged())[0].occurred_at.toISOString()).toBe('2024-01-01T00:00:00.000Z');
  });

  test('a GA4 export becomes canonical events', async () => {
    const line = {
      event_name: 'purchase',
      event_timestamp: '1704067200000000',
      user_pseudo_id: 'ga.1',
      event_params: [
        { key: 'currency', value: { string_value: 'USD' } },
        { key: 'engagement_time_msec', value: { int_value: '12' } },
      ],
      ecommerce: { transaction_id: 'T1', purchase_revenue: 20 },
      items: [{ item_id: 'i1', item_name: 'Cup', price: 10, quantity: 2, item_brand: '(not set)' }],
    };
    expect(await take(file(`${JSON.stringify(line)}\n`))).toMatchObject({ format: 'ga4', accepted: 1 });
    expect(await logged()).toMatchObject([
      {
        name: 'Order Completed',
        properties: {
          order_id: 'T1',
          revenue_minor: 2000,
          currency: 'USD',
          engagement_time_msec: 12,
          products: [{ product_id: 'i1', name: 'Cup' }],
        },
      },
    ]);
  });

  test('a catalogue in schema.org terms is read as JSON lines', async () => {
    const lines = [
      { '@type': 'Product', productID: 7, name: 'Cup', offers: { price: '12.5', validFrom: '2026-01-01T00:00:00Z' } },
      { productID: '' },
    ];
    expect(await take(file(lines.map((line) => JSON.stringify(line)).join('\n')))).toMatchObject({
      format: 'schema-org',
      accepted: 1,
      reasons: { INVALID_PROPERTIES: 1 },
    });
    expect(await logged()).toMatchObject([
      { name: 'Product Upserted', properties: { product_id: '7', price_minor: 1250 } },
    ]);
  });
});
