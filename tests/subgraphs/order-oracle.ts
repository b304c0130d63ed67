import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';

/** What orders and refunds come to, in units of goods and in minor units of one currency. */
export interface OrderSums {
  units: number;
  refundedUnits: number;
  revenueMinor: number;
  refundsMinor: number;
}

interface Line {
  product_id: string;
  price: number;
  quantity: number;
}

const cents = (amount: unknown): number => Math.round(Number(amount ?? 0) * 100);
const unitsOf = (lines: readonly Line[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
const linesOf = ({ properties }: IncomingEvent): Line[] => (properties?.['products'] as Line[] | undefined) ?? [];
const currencyOf = ({ properties }: IncomingEvent): string => String(properties?.['currency']);
const revenueOf = (event: IncomingEvent): number =>
  event.properties?.['products']
    ? linesOf(event).reduce((sum, { price, quantity }) => sum + cents(price) * quantity, 0) -
      cents(event.properties['discount'])
    : cents(event.properties?.['revenue'] ?? event.properties?.['total']);

const keyOf = ({ userId, anonymousId }: IncomingEvent): string => (userId ? `u:${userId}` : `a:${anonymousId}`);
const byTime = (a: IncomingEvent, b: IncomingEvent): number => {
  const [x, y] = [a, b].map((event) => `${event.originalTimestamp} ${event.messageId} ${keyOf(event)}`);
  return x! < y! ? -1 : 1;
};

/** The sums by the definition of corrections, order by order, without SQL. */
export function orderSums(events: readonly IncomingEvent[], currency: string): OrderSums {
  const sums: OrderSums = { units: 0, refundedUnits: 0, revenueMinor: 0, refundsMinor: 0 };
  const named = (name: string): IncomingEvent[] => events.filter(({ event }) => event === name).sort(byTime);
  const orderId = (event: IncomingEvent): unknown => event.properties?.['order_id'];
  const firsts = new Map<unknown, IncomingEvent>();
  for (const event of named('Order Completed')) {
    if (!firsts.has(orderId(event))) firsts.set(orderId(event), event);
    else {
      sums.units += unitsOf(linesOf(event));
      if (currencyOf(event) === currency) sums.revenueMinor += revenueOf(event);
    }
  }
  for (const event of named('Order Refunded')) {
    sums.refundedUnits += unitsOf(linesOf(event));
    if (currencyOf(event) === currency) sums.refundsMinor += revenueOf(event);
  }
  for (const [id, placed] of firsts) {
    let [lines, revenue, held] = [linesOf(placed), revenueOf(placed), currencyOf(placed)];
    for (const update of named('Order Updated')) {
      if (orderId(update) !== id || update.originalTimestamp! < placed.originalTimestamp!) continue;
      const { products, revenue: claimed } = update.properties ?? {};
      if (update.properties?.['currency']) held = currencyOf(update);
      if (products) lines = linesOf(update);
      if (products || claimed !== undefined) revenue = revenueOf(update);
    }
    sums.units += unitsOf(lines);
    if (held === currency) sums.revenueMinor += revenue;
    if (!named('Order Cancelled').some((event) => orderId(event) === id)) continue;
    const refunds = named('Order Refunded').filter((event) => orderId(event) === id);
    const left = new Map<string, number>();
    for (const [sign, list] of [[1, lines] as const, ...refunds.map((event) => [-1, linesOf(event)] as const)]) {
      for (const { product_id, price, quantity } of list) {
        const key = `${product_id} ${price}`;
        left.set(key, (left.get(key) ?? 0) + sign * quantity);
      }
    }
    for (const quantity of left.values()) sums.refundedUnits += Math.max(quantity, 0);
    const refunded = refunds
      .filter((event) => currencyOf(event) === held)
      .reduce((sum, event) => sum + revenueOf(event), 0);
    if (held === currency) sums.refundsMinor += Math.max(revenue - refunded, 0);
  }
  return sums;
}
