import type { HistoryRow } from '../loaders/histories.ts';
import { type History, kinds } from '../ml/interactions.ts';

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
