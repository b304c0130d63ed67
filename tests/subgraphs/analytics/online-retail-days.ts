import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { AnomalyInput } from '../../../subgraphs/analytics/src/ml/anomaly-estimator.ts';

/** Daily revenue, orders, customers and average order of the real shop: every sold line with a price. */
export async function loadOnlineRetailDays(path: string): Promise<{ input: AnomalyInput; days: string[] }> {
  const revenue = new Map<string, number>();
  const orders = new Map<string, Set<string>>();
  const customers = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, day: string, value: string): void => {
    const set = map.get(day) ?? new Set<string>();
    map.set(day, set.add(value));
  };
  const rows = createReadStream(path)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    const [quantity, price] = [Number(row['Quantity']), Number(row['UnitPrice'])];
    if (!(quantity > 0) || !(price > 0) || /^[CA]/.test(row['InvoiceNo']!)) continue;
    const day = row['InvoiceDate']!.slice(0, 10);
    revenue.set(day, (revenue.get(day) ?? 0) + Math.round(quantity * price * 100));
    add(orders, day, row['InvoiceNo']!);
    if (row['CustomerID']) add(customers, day, row['CustomerID']);
  }
  const days: string[] = [];
  // The last day of the file ends at noon.
  for (let time = Date.UTC(2010, 11, 1); time < Date.UTC(2011, 11, 9); time += 86_400_000) {
    days.push(new Date(time).toISOString().slice(0, 10));
  }
  const series = (name: string, of: (day: string) => number, floor: number): AnomalyInput['series'][number] => ({
    name,
    values: Float64Array.from(days, of),
    floor,
    ceiling: Number.POSITIVE_INFINITY,
  });
  const count = (map: Map<string, Set<string>>, day: string): number => map.get(day)?.size ?? 0;
  return {
    days,
    input: {
      firstWeekday: 2,
      series: [
        series('REVENUE', (day) => revenue.get(day) ?? 0, 0),
        series('ORDERS', (day) => count(orders, day), 0.5),
        series('CUSTOMERS', (day) => count(customers, day), 0.5),
        series('AVERAGE_ORDER_VALUE', (day) => (revenue.get(day) ?? 0) / count(orders, day), 0),
      ],
    },
  };
}
