import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { DemoShop } from '@cda/standalone/demo-shop/index.ts';

export interface SeenLine {
  product_id: string;
  price: number;
  quantity: number;
}

export interface SeenOrder {
  orderId: string;
  /** User id, or the anonymous id of a guest. */
  who: string;
  at: number;
  date: string;
  revenue: number;
  discount: number;
  coupon: boolean;
  fromVisit: boolean;
  lines: SeenLine[];
}

/** Everything of a day, in the shop's time zone, that a metric counts. */
export interface SeenDay {
  revenue: number;
  orders: number;
  sessions: number;
  productViews: number;
  refunds: number;
  discount: number;
  lateDeliveries: number;
}

/** The shop as its events tell it, read without the truth. */
export interface Seen {
  events: number;
  byName: Map<string, number>;
  days: Map<string, SeenDay>;
  orders: SeenOrder[];
  refunds: { orderId: string; at: number; revenue: number }[];
  /** Sessions by the half-hour rule over what was browsed, and those among them that ended in an order. */
  sessions: number;
  sessionsWithOrder: number;
  /** Published prices of each product, in time order. */
  prices: Map<string, { at: number; price: number; stock: number }[]>;
}

const backOffice = new Set([
  'Product Upserted',
  'identify',
  'alias',
  'Order Delivered',
  'Order Refunded',
  'Product Reviewed',
]);
const sessionGapMs = 1_800_000;
const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' });
const dates = new Map<number, string>();

/** Date in the shop's time zone; offsets are whole hours there, so an hour has one date. */
export function dateOf(at: number): string {
  const hour = Math.floor(at / 3_600_000);
  let date = dates.get(hour);
  if (date === undefined) {
    date = berlin.format(hour * 3_600_000);
    dates.set(hour, date);
  }
  return date;
}

export const nameOf = (event: IncomingEvent): string => event.event ?? event.type;

export function observe(shop: DemoShop): Seen {
  const seen: Seen = {
    events: 0,
    byName: new Map(),
    days: new Map(),
    orders: [],
    refunds: [],
    sessions: 0,
    sessionsWithOrder: 0,
    prices: new Map(),
  };
  const lastSeen = new Map<string, number>();
  for (const batch of shop.events()) {
    for (const event of batch) {
      const name = nameOf(event);
      const at = Date.parse(event.originalTimestamp!);
      const day = dayOf(seen, dateOf(at));
      const properties = (event.properties ?? {}) as Record<string, number> & {
        products: SeenLine[];
        order_id: string;
      };
      const who = event.userId ?? event.anonymousId;
      const fromVisit = name === 'Order Completed' && properties['checkout_id'] !== undefined;
      seen.events++;
      seen.byName.set(name, (seen.byName.get(name) ?? 0) + 1);
      if (who !== undefined && !backOffice.has(name) && (name !== 'Order Completed' || fromVisit)) {
        if (!(at - lastSeen.get(who)! <= sessionGapMs)) {
          seen.sessions++;
          day.sessions++;
        }
        lastSeen.set(who, at);
      }
      if (name === 'Order Completed') {
        const { order_id: orderId, revenue, discount, products: lines } = properties;
        seen.orders.push({
          orderId,
          who: who!,
          at,
          date: dateOf(at),
          revenue: revenue!,
          discount: discount!,
          coupon: properties['coupon'] !== undefined,
          fromVisit,
          lines,
        });
        if (fromVisit) seen.sessionsWithOrder++;
        day.orders++;
        day.revenue += revenue!;
        day.discount += discount!;
      } else if (name === 'Product Viewed') day.productViews++;
      else if (name === 'Order Refunded') {
        day.refunds++;
        seen.refunds.push({ orderId: properties.order_id, at, revenue: properties['revenue']! });
      } else if (name === 'Order Delivered' && properties['late']) day.lateDeliveries++;
      else if (name === 'Product Upserted') {
        const { price, stock } = properties;
        const id = String(properties['product_id']);
        const list = seen.prices.get(id) ?? [];
        list.push({ at, price: price!, stock: stock! });
        seen.prices.set(id, list);
      }
    }
  }
  return seen;
}

function dayOf(seen: Seen, date: string): SeenDay {
  let day = seen.days.get(date);
  if (!day) {
    day = { revenue: 0, orders: 0, sessions: 0, productViews: 0, refunds: 0, discount: 0, lateDeliveries: 0 };
    seen.days.set(date, day);
  }
  return day;
}
