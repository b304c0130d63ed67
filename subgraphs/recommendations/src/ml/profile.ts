import { type History, kinds } from './interactions.ts';

type KindWeights = readonly [purchase: number, cart: number, wishlist: number, view: number, refund: number];

/** How kinds of interaction and their age count. */
export interface ProfileOptions {
  /** Weight of each kind of `kinds` against a purchase, for what a customer likes; that of a refund is taken away. */
  tasteWeights: KindWeights;
  /** The same for what they order next: looking says less of it. */
  orderWeights: KindWeights;
  /** Days after which an interaction counts 1/e for taste. */
  tasteDays: number;
  /** Factor that each later order leaves of what came before it, for the next order. */
  orderDecay: number;
  /** Days before the latest order after which a purchase counts 1/e for its frequency. */
  frequencyDays: number;
}

export const profileDefaults: ProfileOptions = {
  tasteWeights: [1, 0.7, 0.7, 0.4, 1],
  orderWeights: [1, 0.3, 0.3, 0.1, 1],
  tasteDays: 365,
  orderDecay: 0.9,
  frequencyDays: 180,
};

/** A customer as the models see them at one moment: one entry a product that they touched. */
export interface Profile {
  /** m products, ascending. */
  products: Int32Array;
  /** m weights in [0, 1]: how much the product stands for their taste. */
  taste: Float64Array;
  /** m weights in [0, 3]: how much it says about the next order. */
  basket: Float64Array;
  /** m weights, 1 for what lies in the cart: put there within a day and not bought since. */
  cart: Float64Array;
  /** m counts of orders that hold the product, less refunds. */
  orders: Int32Array;
  /** m counts of those orders, decayed towards the customer's latest order: their habit, whether or not they were here lately. */
  frequency: Float64Array;
  /** m numbers of the customer's orders since the latest with the product. */
  ordersSince: Int32Array;
  /** m days of the latest purchase (of any interaction where there is none). */
  lastDay: Float64Array;
  /** m mean gaps between purchases in days; NaN with fewer than two. */
  gapDays: Float64Array;
  /** Orders in all. */
  orderCount: number;
  /** When the profile was taken, in days since the epoch. */
  day: number;
}

interface Entry {
  presence: number;
  basket: number;
  orders: number;
  purchaseDays: number[];
  lastOrder: number;
  lastTouch: number;
  /** When it was last put into the cart; −∞ where it was not, or was bought since. */
  cartDay: number;
}

/** A history can hold tens of thousands of rows (a wholesaler, a crawler): the latest are what counts. */
const longest = 3000;
/** Days for which a cart is remembered. */
export const cartDays = 1;

/**
 * Sums a history up at the moment `day`: the same function serves training, evaluation and requests, so all see a customer
 * alike. Refunds take away from what they return. O(m log m + rows).
 */
export function toProfile(history: History, day: number, options: ProfileOptions = profileDefaults): Profile {
  const entries = new Map<number, Entry>();
  let orderCount = 0;
  let currentOrder: number | undefined;
  let latestPurchase = Number.NEGATIVE_INFINITY;
  let step = 1;
  for (let row = Math.max(history.from, history.to - longest); row < history.to; row++) {
    const kind = history.kind[row]!;
    const product = history.product[row]!;
    if (kind === kinds.purchase && history.order[row] !== currentOrder) {
      currentOrder = history.order[row]!;
      orderCount++;
      // Instead of lowering every entry at each order, later ones are raised; all are lowered together at the end.
      step /= options.orderDecay;
    }
    let entry = entries.get(product);
    if (entry === undefined) {
      entry = {
        presence: 0,
        basket: 0,
        orders: 0,
        purchaseDays: [],
        lastOrder: 0,
        lastTouch: 0,
        cartDay: Number.NEGATIVE_INFINITY,
      };
      entries.set(product, entry);
    }
    const liking = options.tasteWeights[kind] ?? 0;
    const weight = options.orderWeights[kind] ?? 0;
    if (kind === kinds.refund) {
      entry.presence = Math.max(0, entry.presence - liking);
      entry.basket = Math.max(0, entry.basket - weight * step);
      entry.purchaseDays.pop();
      entry.orders = Math.max(0, entry.orders - 1);
      continue;
    }
    entry.presence = Math.min(1, entry.presence + liking);
    entry.lastTouch = history.day[row]!;
    if (kind === kinds.cart) entry.cartDay = history.day[row]!;
    else if (kind === kinds.purchase) entry.cartDay = Number.NEGATIVE_INFINITY;
    if (kind === kinds.purchase) {
      if (entry.lastOrder === orderCount) continue;
      entry.lastOrder = orderCount;
      entry.orders++;
      entry.purchaseDays.push(history.day[row]!);
      latestPurchase = Math.max(latestPurchase, history.day[row]!);
    }
    entry.basket = Math.min(3 * step, entry.basket + weight * step);
  }

  const products = Int32Array.from(entries.keys()).sort();
  const m = products.length;
  const profile: Profile = {
    products,
    taste: new Float64Array(m),
    basket: new Float64Array(m),
    cart: new Float64Array(m),
    orders: new Int32Array(m),
    frequency: new Float64Array(m),
    ordersSince: new Int32Array(m),
    lastDay: new Float64Array(m),
    gapDays: new Float64Array(m).fill(Number.NaN),
    orderCount,
    day,
  };
  for (let j = 0; j < m; j++) {
    const entry = entries.get(products[j]!)!;
    const bought = entry.purchaseDays;
    profile.lastDay[j] = bought.at(-1) ?? entry.lastTouch;
    profile.taste[j] = entry.presence * Math.exp(-Math.max(0, day - entry.lastTouch) / options.tasteDays);
    profile.basket[j] = entry.basket / step;
    profile.cart[j] = day - entry.cartDay <= cartDays ? 1 : 0;
    profile.orders[j] = entry.orders;
    profile.ordersSince[j] = orderCount - entry.lastOrder;
    for (const at of bought) profile.frequency[j]! += Math.exp((at - latestPurchase) / options.frequencyDays);
    if (bought.length > 1) profile.gapDays[j] = (bought.at(-1)! - bought[0]!) / (bought.length - 1);
  }
  return profile;
}
