import type { HistoryRow } from '../loaders/histories.ts';
import { type History, kinds } from '../ml/interactions.ts';
import { cartDays } from '../ml/profile.ts';

/** A customer's rows as the models take them. Products that are newer than the model are left out. */
export function toHistory(rows: readonly HistoryRow[], indexOf: ReadonlyMap<string, number>): History {
  const known = rows.filter(({ productId, kind }) => kind !== kinds.dismissal && indexOf.has(productId));
  const orders = new Map<string, number>();
  return {
    from: 0,
    to: known.length,
    product: Int32Array.from(known, ({ productId }) => indexOf.get(productId)!),
    day: Float64Array.from(known, ({ day }) => day),
    kind: Uint8Array.from(known, ({ kind }) => kind),
    order: Int32Array.from(known, ({ kind, occasion }) => {
      if (kind !== kinds.purchase) return -1;
      if (!orders.has(occasion)) orders.set(occasion, orders.size);
      return orders.get(occasion)!;
    }),
  };
}

/** The products that lie in a customer's cart on `day`, those newer than the model too. O(rows). */
export function inCartOf(rows: readonly HistoryRow[], day: number): Set<string> {
  const inCart = new Set<string>();
  // Rows are in order of time: what was ordered lies there no more.
  for (const { productId, kind, day: at } of rows) {
    if (kind === kinds.purchase) inCart.delete(productId);
    else if (kind === kinds.cart && day - at <= cartDays) inCart.add(productId);
  }
  return inCart;
}
