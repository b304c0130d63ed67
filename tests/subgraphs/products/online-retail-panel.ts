import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { median } from '@cda/platform/ml/robust-statistics.ts';
import { parse } from 'csv-parse';
import type { PricePanel } from '../../../subgraphs/products/src/ml/price-panel.ts';

const weekMs = 7 * 86_400_000;

/**
 * Product × week panel of the real shop: clean lines of product codes, median line price, summed units.
 * One category, since the file has none.
 */
export async function loadOnlineRetailPanel(path: string): Promise<PricePanel & { codes: string[] }> {
  const codes = new Map<string, number>();
  const cells = new Map<number, { units: number; prices: number[] }>();
  const start = Date.UTC(2010, 10, 29);
  const rows = createReadStream(path)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    const quantity = Number(row['Quantity']);
    const price = Number(row['UnitPrice']);
    if (!row['CustomerID'] || !(quantity > 0) || !(price > 0) || /^[CA]/.test(row['InvoiceNo']!)) continue;
    const code = row['StockCode']!;
    if (!/^\d{5}[A-Za-z]{0,2}$/.test(code)) continue;
    if (!codes.has(code)) codes.set(code, codes.size);
    const week = Math.floor((Date.parse(`${row['InvoiceDate']!.replace(' ', 'T')}Z`) - start) / weekMs);
    const key = codes.get(code)! * 1000 + week;
    const cell = cells.get(key) ?? { units: 0, prices: [] };
    cell.units += quantity;
    cell.prices.push(price);
    cells.set(key, cell);
  }
  const keys = [...cells.keys()];
  const values = [...cells.values()];
  return {
    codes: [...codes.keys()],
    productCount: codes.size,
    weekCount: Math.max(...keys.map((key) => key % 1000)) + 1,
    categoryCount: 1,
    product: Int32Array.from(keys, (key) => Math.floor(key / 1000)),
    week: Int32Array.from(keys, (key) => key % 1000),
    units: Float64Array.from(values, (cell) => cell.units),
    price: Float64Array.from(values, (cell) => median(cell.prices)),
    promotion: new Float64Array(keys.length),
    stockOut: new Float64Array(keys.length),
    category: new Int32Array(codes.size),
  };
}
