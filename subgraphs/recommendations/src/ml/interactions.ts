/** Kinds of interaction, as they stand in `Interactions.kind`. */
export const kinds = { purchase: 0, cart: 1, wishlist: 2, view: 3, refund: 4, dismissal: 5 } as const;

/** What customers did with products, grouped by customer and in order of time within a customer. */
export interface Interactions {
  customers: number;
  products: number;
  /** customers + 1 positions: customer c owns the rows from `offsets[c]` to `offsets[c + 1]`. */
  offsets: Int32Array;
  /** Product of each row, in [0, products). */
  product: Int32Array;
  /** When, in days since the epoch, with fraction. */
  day: Float64Array;
  /** One of `kinds`. */
  kind: Uint8Array;
  /** Order that a purchase belongs to, any number that is the same for its rows and differs from its neighbours'; −1 for other kinds. */
  order: Int32Array;
}

/** The rows of one customer from `from` to `to`, in order of time. */
export interface History extends Pick<Interactions, 'product' | 'day' | 'kind' | 'order'> {
  from: number;
  to: number;
}

/** Position of the first row of a customer at or after `day`. O(log rows). */
export function firstRowAt(data: Interactions, customer: number, day: number): number {
  let low = data.offsets[customer]!;
  let high = data.offsets[customer + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data.day[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a customer did before `day`. */
export function historyBefore(data: Interactions, customer: number, day = Number.POSITIVE_INFINITY): History {
  return { ...data, from: data.offsets[customer]!, to: firstRowAt(data, customer, day) };
}

/** The rows for which `keep` says so, with customers and products unchanged. O(rows). */
export function filterInteractions(data: Interactions, keep: (row: number, customer: number) => boolean): Interactions {
  const rows: number[] = [];
  const offsets = new Int32Array(data.customers + 1);
  for (let c = 0; c < data.customers; c++) {
    for (let row = data.offsets[c]!; row < data.offsets[c + 1]!; row++) if (keep(row, c)) rows.push(row);
    offsets[c + 1] = rows.length;
  }
  return {
    customers: data.customers,
    products: data.products,
    offsets,
    product: Int32Array.from(rows, (row) => data.product[row]!),
    day: Float64Array.from(rows, (row) => data.day[row]!),
    kind: Uint8Array.from(rows, (row) => data.kind[row]!),
    order: Int32Array.from(rows, (row) => data.order[row]!),
  };
}

/** The latest moment in the data, in days since the epoch; −∞ where there is none. */
export const lastDay = (data: Interactions): number =>
  data.day.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
