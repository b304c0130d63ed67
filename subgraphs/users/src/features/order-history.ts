import type { Pool } from 'pg';
import type { Baskets } from '../ml/product-returns.ts';

/** A share of the customers: those whose hash leaves less than `part` of `of`. */
export interface CustomerShare {
  part: number;
  of: number;
}

/** All customers. */
export const everybody: CustomerShare = { part: 1, of: 1 };

/** Paid orders of m customers with an account, customer by customer, oldest first. */
export interface OrderHistory {
  customers: string[];
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

interface Row {
  customer_key: string;
  day: number;
  products: string[];
}

/** Loads the paid orders before a moment. One statement; O(orders + lines). */
export async function loadOrderHistory(db: Pool, asOf: Date, share: CustomerShare = everybody): Promise<OrderHistory> {
  const { rows } = await db.query<Row>(
    `SELECT customer_key, extract(epoch FROM occurred_at)::double precision / 86400 AS day, products
     FROM users.person_order
     WHERE occurred_at < $1 AND total_minor > 0 AND starts_with(customer_key, 'u:')
       AND (hashtext(customer_key) & 2147483647) % $3::integer < $2::integer
     ORDER BY customer_key COLLATE "C", occurred_at, message_id`,
    [asOf, share.part, share.of],
  );
  const customers: string[] = [];
  const starts: number[] = [];
  const numbers = new Map<string, number>();
  const lines = new Int32Array(rows.length + 1);
  const product: number[] = [];
  const day = new Float64Array(rows.length);
  for (const [i, row] of rows.entries()) {
    if (row.customer_key !== customers.at(-1)) {
      customers.push(row.customer_key);
      starts.push(i);
    }
    day[i] = row.day;
    for (const id of row.products) {
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(id, number);
      }
      product.push(number);
    }
    lines[i + 1] = product.length;
  }
  starts.push(rows.length);
  return {
    customers,
    start: Int32Array.from(starts),
    day,
    lines,
    product: Int32Array.from(product),
    products: numbers.size,
  };
}

/** Which products each customer bought and when first. O(lines). */
export function toBaskets({ customers, start, day, lines, product, products }: OrderHistory): Baskets {
  const starts = new Int32Array(customers.length + 1);
  const distinct: number[] = [];
  const firstDay: number[] = [];
  // The customer for whom a product was seen last: cheaper than a set for each.
  const seenBy = new Int32Array(products).fill(-1);
  for (let c = 0; c < customers.length; c++) {
    for (let order = start[c]!; order < start[c + 1]!; order++) {
      for (let at = lines[order]!; at < lines[order + 1]!; at++) {
        const p = product[at]!;
        if (seenBy[p] === c) continue;
        seenBy[p] = c;
        distinct.push(p);
        firstDay.push(day[order]!);
      }
    }
    starts[c + 1] = distinct.length;
  }
  return { start: starts, product: Int32Array.from(distinct), firstDay: Float64Array.from(firstDay), products };
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
