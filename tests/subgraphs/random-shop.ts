import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createRandom } from '@cda/platform/ml/random.ts';

/** Events of a small shop with few products, customers and moments, so that everything collides with everything. */
export function drawEvents(seed: number, count: number): IncomingEvent[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
  const start = Date.UTC(2024, 2, 29, 20);
  return Array.from({ length: count }, (_, i): IncomingEvent => {
    // Few distinct moments about two days, one of them the change to summer time: ties are frequent.
    const originalTimestamp = new Date(start + random.integer(60) * 3_600_000).toISOString();
    const product = (): Record<string, unknown> => ({
      product_id: pick(['a', 'b', 'c', 'd']),
      ...(random.next() < 0.7 ? { name: pick(['Tea', 'Pot', 'Чай']) } : {}),
      ...(random.next() < 0.5 ? { category: pick(['X', 'X > Y', 'Z']), brand: pick(['One', 'Two']) } : {}),
      price: pick([1, 1.5, 2.25]),
    });
    const line = (): object => ({ ...product(), quantity: 1 + random.integer(3) });
    const lines = (): object[] => Array.from({ length: 1 + random.integer(3) }, line);
    const who = random.next() < 0.7 ? { userId: pick(['1', '2', '3']) } : { anonymousId: pick(['v', 'w']) };
    const base = { messageId: `m${i}`, originalTimestamp, ...who };
    const order = (): Record<string, unknown> => ({
      order_id: `o${random.integer(30)}`,
      currency: pick(['EUR', 'EUR', 'USD']),
      shipping: pick([0, 4.9]),
      tax: pick([0, 1.1]),
      discount: pick([0, 0, 0.5]),
      products: lines(),
    });
    switch (random.integer(9)) {
      case 0:
        return {
          ...base,
          type: 'track',
          event: 'Product Upserted',
          properties: {
            ...product(),
            currency: pick(['EUR', 'USD']),
            ...(random.next() < 0.5 ? { stock: random.integer(3) } : {}),
            ...(random.next() < 0.5 ? { cost: pick([0.5, 1, 2]) } : {}),
          },
        };
      case 1:
      case 2:
        return { ...base, type: 'track', event: 'Order Completed', properties: order() };
      case 3:
        return {
          ...base,
          type: 'track',
          event: 'Order Refunded',
          properties: random.next() < 0.8 ? order() : { order_id: 'o1', total: 3, currency: 'EUR' },
        };
      case 7:
        return {
          ...base,
          type: 'track',
          event: 'Order Updated',
          properties: pick([
            order(),
            { order_id: `o${random.integer(30)}`, currency: pick(['EUR', 'USD']), products: lines() },
            { order_id: 'o2', currency: 'EUR', revenue: 7, total: 9 },
            { order_id: 'o3', coupon: 'SPRING' },
          ]),
        };
      case 8:
        return { ...base, type: 'track', event: 'Order Cancelled', properties: { order_id: `o${random.integer(40)}` } };
      case 4:
        return { ...base, type: 'page', properties: { path: '/' } };
      case 5:
        return { ...base, type: 'identify', traits: { name: pick(['Ann', 'Боб']) } };
      default:
        return { ...base, type: 'track', event: pick(['Product Viewed', 'Product Added']), properties: product() };
    }
  });
}

/** The same events otherwise: shuffled, some of them twice or thrice, cut into deliveries of any size. */
export function deliverOtherwise(events: readonly IncomingEvent[], seed: number): IncomingEvent[][] {
  const random = createRandom(seed);
  const copies = events.flatMap((event) => Array.from({ length: 1 + random.integer(3) }, () => event));
  const shuffled = random.shuffle(copies);
  const deliveries: IncomingEvent[][] = [];
  for (let from = 0; from < shuffled.length; ) {
    const size = 1 + random.integer(200);
    deliveries.push(shuffled.slice(from, from + size));
    from += size;
  }
  return deliveries;
}
