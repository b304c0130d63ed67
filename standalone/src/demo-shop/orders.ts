import type { Random } from '@cda/platform/ml/random.ts';
import { welcomeCoupon } from './campaigns.ts';
import type { Shopper } from './customers.ts';
import { createSampler } from './sampling.ts';
import { departments } from './vocabulary.ts';
import type { World } from './world.ts';

export interface OrderLine {
  product: number;
  quantity: number;
  priceMinor: number;
}

/** Money given back. */
interface Refund {
  day: number;
  at: number;
  lines: OrderLine[];
  discountMinor: number;
  revenueMinor: number;
  taxMinor: number;
  shippingMinor: number;
}

/** One purchase and what became of it. Money in cents; prices are net of tax. */
export interface Order {
  orderId: string;
  shopper: Shopper;
  day: number;
  at: number;
  lines: OrderLine[];
  coupon?: { code: string; percent: number };
  discountMinor: number;
  /** Lines less discount. */
  revenueMinor: number;
  shippingMinor: number;
  taxMinor: number;
  affiliation: 'Web shop' | 'Mobile app' | 'Phone';
  /** True where the browsing before it was recorded. */
  tracked: boolean;
  deliveredDay: number;
  deliveredAt: number;
  deliveryDays: number;
  late: boolean;
  refund?: Refund;
}

/** Days within which the shop promises to deliver. */
export const promisedDays = 4;

const crisisDays = 7;

const hourOfDay = createSampler([
  1, 0.3, 0, 0, 0.1, 0.5, 1.5, 3, 4, 5, 5.5, 5.5, 6, 6, 5.5, 5, 5.5, 6, 7, 8.5, 9.5, 8.5, 6, 3,
]);

/**
 * An instant of the day as shoppers spread over it, most of them in the evening. The first 40 minutes stay free, so that a
 * visit which ends in the order begins on the same day.
 */
export function drawInstant(world: World, day: number, random: Random): number {
  const { start, end } = world.days[day]!;
  const at = start + (hourOfDay(random) * 3_600_000 + Math.floor(random.next() * 3_600_000));
  return Math.min(end - 1000, Math.max(start + 2_400_000, at));
}

/** The coupon of an order, if one is used. */
export function drawCoupon(
  world: World,
  day: number,
  first: boolean,
  sensitivity: number,
  random: Random,
): Order['coupon'] {
  const wish = random.next();
  if (world.happens('leaked coupon', day) && wish < 0.75) return { code: 'STAFF40', percent: 40 };
  const campaign = world.campaignOn[day];
  if (campaign && wish < 0.2 + 0.75 * sensitivity) return { code: campaign.code, percent: campaign.percent };
  if (!campaign && first && wish < 0.3 + 0.4 * sensitivity) return { ...welcomeCoupon };
  return undefined;
}

/** Prices the lines and decides how the order fares: delivery and refund. `random` is a stream of its own. */
export function placeOrder(
  world: World,
  order: Pick<Order, 'orderId' | 'shopper' | 'day' | 'at' | 'lines' | 'coupon' | 'affiliation' | 'tracked'>,
  random: Random,
): Order {
  const subtotal = order.lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
  const discountMinor = order.coupon ? Math.round((subtotal * order.coupon.percent) / 100) : 0;
  const revenueMinor = subtotal - discountMinor;
  const shippingMinor = subtotal < 4900 ? 490 : 0;
  // In a crisis parcels lie for a week, so that they come late on the days of the anomaly.
  const crisis = world.happens('delivery crisis', order.day + crisisDays);
  const late = random.next() < (crisis ? 0.5 : 0.07);
  const usualDays = late ? promisedDays + 2 + random.integer(6) : 1 + random.integer(promisedDays - 1);
  const deliveryDays = crisis && late ? crisisDays : usualDays;
  const deliveredDay = order.day + deliveryDays;
  const placed: Order = {
    ...order,
    discountMinor,
    revenueMinor,
    shippingMinor,
    taxMinor: taxOn(revenueMinor + shippingMinor),
    late,
    deliveryDays,
    deliveredDay,
    deliveredAt: world.days[deliveredDay]!.start + 32_400_000 + random.integer(32_400_000),
  };
  const refund = drawRefund(world, placed, random);
  return refund ? { ...placed, refund } : placed;
}

function drawRefund(world: World, order: Order, random: Random): Refund | undefined {
  const leaning = departments[world.products[order.lines[0]!.product]!.department]!.refunds;
  const wish = random.next();
  const usualDays = 3 + random.integer(14);
  // A faulty batch comes back at once, nine days after it was ordered.
  const faulty = order.deliveryDays < 9 && world.happens('faulty batch', order.day + 9);
  const days = faulty ? 9 - order.deliveryDays : usualDays;
  const whole = random.next() < 0.6 || order.lines.length === 1;
  const only = random.integer(order.lines.length);
  const minute = random.integer(600);
  if (wish >= Math.min(0.8, (0.054 + (order.late ? 0.06 : 0)) * leaning * (faulty ? 7 : 1))) return undefined;
  const day = order.deliveredDay + days;
  const lines = whole ? order.lines : [order.lines[only]!];
  const gross = lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
  const discountMinor = order.coupon ? Math.round((gross * order.coupon.percent) / 100) : 0;
  const revenueMinor = gross - discountMinor;
  const shippingMinor = whole ? order.shippingMinor : 0;
  return {
    day,
    at: world.days[day]!.start + (480 + minute) * 60_000,
    lines,
    discountMinor,
    revenueMinor,
    shippingMinor,
    taxMinor: taxOn(revenueMinor + shippingMinor),
  };
}

function taxOn(netMinor: number): number {
  return Math.round(netMinor * 0.19);
}
