import { copyOut, readDouble, readText, readTexts } from '@cda/platform/database/copy-out.ts';
import type { Baskets } from '../ml/product-returns.ts';
import { ofPeople } from './customer-features.ts';
import { momentLiteral } from './feature-table.ts';
import { GrowingColumn, shareJoined } from './growing-column.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';

/** Paid orders of m customers with an account, customer by customer, oldest first; in shared memory. */
export interface OrderHistory {
  /** m + 1 offsets into `day` and `lines`. */
  start: Int32Array;
  /** Days since 1970, with fractions. */
  day: Float64Array;
  /** Orders + 1 offsets into `product`. */
  lines: Int32Array;
  /** Numbers of products; each once an order. */
  product: Int32Array;
  products: number;
}

/**
 * Loads the paid orders before a moment with the keys of their customers, in the order of feature tables that are read by as many
 * readers. O(orders + lines).
 */
export async function loadOrderHistory(
  { readers }: SharedSnapshot,
  asOf: Date,
): Promise<OrderHistory & { customers: string[] }> {
  const numbers = new Map<string, number>();
  const moment = momentLiteral(asOf);
  const parts = await Promise.all(
    readers.map(async (reader, part) => {
      const customers: string[] = [];
      const start = new GrowingColumn(Int32Array);
      const day = new GrowingColumn(Float64Array);
      const lines = new GrowingColumn(Int32Array);
      const product = new GrowingColumn(Int32Array);
      const take = (id: string): void => {
        let number = numbers.get(id);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(id, number);
        }
        product.push(number);
      };
      const share = readers.length > 1 ? { share: { part, of: readers.length } } : {};
      let customer: string | undefined;
      await copyOut(
        reader,
        `SELECT person, day, products FROM ${ofPeople(
          'customer_order',
          't.occurred_at, t.message_id, extract(epoch FROM t.occurred_at)::double precision / 86400 AS day, t.products',
          `t.occurred_at < ${moment} AND t.total_minor > 0`,
          { moment, ...share },
        )} orders ORDER BY person COLLATE "C", occurred_at, message_id`,
        (row) => {
          const key = readText(row);
          if (key !== customer) {
            customer = key;
            customers.push(key);
            start.push(day.length);
          }
          day.push(readDouble(row));
          readTexts(row, take);
          lines.push(product.length);
        },
      );
      return { customers, start: start.values, day: day.values, lines: lines.values, product: product.values };
    }),
  );
  // Each part counts from 0: offsets move behind the parts before.
  let orders = 0;
  let taken = 0;
  for (const { start, day, lines, product } of parts) {
    for (let i = 0; i < start.length; i++) start[i]! += orders;
    for (let i = 0; i < lines.length; i++) lines[i]! += taken;
    orders += day.length;
    taken += product.length;
  }
  return {
    customers: parts.length === 1 ? parts[0]!.customers : parts.flatMap((part) => part.customers),
    start: shareJoined(Int32Array, [...parts.map((part) => part.start), Int32Array.of(orders)]),
    day: shareJoined(
      Float64Array,
      parts.map((part) => part.day),
    ),
    lines: shareJoined(Int32Array, [Int32Array.of(0), ...parts.map((part) => part.lines)]),
    product: shareJoined(
      Int32Array,
      parts.map((part) => part.product),
    ),
    products: numbers.size,
  };
}

/** Which products each customer bought and when first. O(lines). */
export function toBaskets({ start, day, lines, product, products }: OrderHistory): Baskets {
  const customers = start.length - 1;
  const starts = new Int32Array(customers + 1);
  const distinct = new Int32Array(product.length);
  const firstDay = new Float64Array(product.length);
  let found = 0;
  // The customer for whom a product was seen last: cheaper than a set for each.
  const seenBy = new Int32Array(products).fill(-1);
  for (let c = 0; c < customers; c++) {
    for (let order = start[c]!; order < start[c + 1]!; order++) {
      for (let at = lines[order]!; at < lines[order + 1]!; at++) {
        const p = product[at]!;
        if (seenBy[p] === c) continue;
        seenBy[p] = c;
        distinct[found] = p;
        firstDay[found] = day[order]!;
        found++;
      }
    }
    starts[c + 1] = found;
  }
  return { start: starts, product: distinct.subarray(0, found), firstDay: firstDay.subarray(0, found), products };
}

/** Number of the first order of a customer that is not before `from`; the customer's end where there is none. O(log orders). */
export function firstOrderFrom(history: OrderHistory, customer: number, from: number): number {
  let low = history.start[customer]!;
  let high = history.start[customer + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (history.day[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
