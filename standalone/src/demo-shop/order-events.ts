import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { type Order, type OrderLine, promisedDays } from './orders.ts';
import { pick } from './sampling.ts';
import { createStream } from './streams.ts';
import type { Timeline } from './timeline.ts';
import type { Text } from './vocabulary.ts';
import { currency, type World } from './world.ts';

/** The ordered products as the contract wants them. */
function orderedProducts(world: World, lines: readonly OrderLine[]): Record<string, unknown>[] {
  return lines.map(({ product: index, quantity, priceMinor }) => {
    const { productId, sku, name, category, brand } = world.products[index]!;
    return { product_id: productId, sku, name, category, brand, price: priceMinor / 100, quantity };
  });
}

/** Properties of `Order Completed`, and of `Checkout Started` but for what is known only afterwards. */
export function orderProperties(world: World, order: Order): Record<string, unknown> {
  return {
    order_id: order.orderId,
    affiliation: order.affiliation,
    revenue: order.revenueMinor / 100,
    shipping: order.shippingMinor / 100,
    tax: order.taxMinor / 100,
    discount: order.discountMinor / 100,
    total: (order.revenueMinor + order.shippingMinor + order.taxMinor) / 100,
    ...(order.coupon ? { coupon: order.coupon.code } : {}),
    currency,
    products: orderedProducts(world, order.lines),
  };
}

/**
 * Writes what the shop's back office reports of an order: `Order Completed` where no visit carried it, the delivery, the refund, and
 * the review.
 */
export function writeOrder(world: World, timeline: Timeline, prefix: string, order: Order): void {
  const { userId, anonymousId, home } = order.shopper;
  const who = userId === undefined ? { anonymousId } : { userId };
  const send = (
    at: number,
    event: string,
    key: string,
    properties: Record<string, unknown>,
    context?: IncomingEvent['context'],
  ): void => {
    timeline.add(at, {
      type: 'track',
      event,
      messageId: `${prefix}.${order.orderId}.${key}`,
      ...who,
      properties,
      ...(context ? { context } : {}),
    });
  };
  if (!order.tracked) {
    const device = { type: order.affiliation === 'Mobile app' ? 'mobile' : order.shopper.device };
    send(order.at, 'Order Completed', 'o', orderProperties(world, order), { locale: home.locale, device });
  }
  send(order.deliveredAt, 'Order Delivered', 'd', {
    order_id: order.orderId,
    delivery_days: order.deliveryDays,
    promised_days: promisedDays,
    late: order.late,
  });
  const { refund } = order;
  if (refund) {
    send(refund.at, 'Order Refunded', 'r', {
      order_id: order.orderId,
      revenue: refund.revenueMinor / 100,
      shipping: refund.shippingMinor / 100,
      tax: refund.taxMinor / 100,
      discount: refund.discountMinor / 100,
      total: (refund.revenueMinor + refund.shippingMinor + refund.taxMinor) / 100,
      currency,
      products: orderedProducts(world, refund.lines),
    });
  }
  writeReview(world, order, send);
}

const praise: readonly Text[] = [
  { en: 'Exactly as described, would buy again.', ru: 'Всё как в описании, куплю ещё.' },
  { en: 'Lovely quality.', ru: 'Прекрасное качество.' },
  { en: 'My favourite.', ru: 'Мой любимый товар.' },
];
const shrug: readonly Text[] = [
  { en: 'It does what it should.', ru: 'Свою задачу выполняет.' },
  { en: 'Fine for the price.', ru: 'Нормально за свои деньги.' },
];
const blame: readonly Text[] = [
  { en: 'Not what I expected.', ru: 'Ожидания не оправдались.' },
  { en: 'Arrived late and damaged.', ru: 'Пришло поздно и с повреждением.' },
];

function writeReview(
  world: World,
  order: Order,
  send: (at: number, event: string, key: string, properties: Record<string, unknown>) => void,
): void {
  const random = createStream(world.seed, 'review', order.day, hashOf(order.orderId));
  if (random.next() >= 0.09) return;
  const product = world.products[pick(random, order.lines).product]!;
  const mood = product.quality + 0.7 * random.normal() - (order.late ? 1 : 0) - (order.refund ? 1.5 : 0);
  const rating = Math.min(5, Math.max(1, Math.round(mood)));
  send(order.deliveredAt + Math.floor((1 + 12 * random.next()) * 86_400_000), 'Product Reviewed', 'v', {
    product_id: product.productId,
    review_id: `V${order.orderId.slice(1)}`,
    review_body: pick(random, rating >= 4 ? praise : rating === 3 ? shrug : blame)[order.shopper.language],
    rating,
  });
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
