import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { Random } from '@cda/platform/ml/random.ts';
import { comesToMind, isAvailable } from './basket.ts';
import type { Shopper } from './customers.ts';
import { orderProperties } from './order-events.ts';
import { drawInstant, type Order } from './orders.ts';
import { drawIndex, pick } from './sampling.ts';
import { createStream } from './streams.ts';
import type { Timeline } from './timeline.ts';
import { fruitlessSearches } from './vocabulary.ts';
import { currency, priceOn, type World } from './world.ts';

/** One visit to be written. */
export interface Visit {
  shopper: Shopper;
  day: number;
  /** Tells the visits of a shopper on one day apart. */
  number: number;
  /** Chance that the shop knows who it is; nothing to a visitor without an account. */
  signedIn: number;
  /** Chance that the visit is over after its first step. */
  bounce: number;
  /** A product that everybody looks at on this day. */
  attraction?: number;
}

interface Step {
  type: 'track' | 'page';
  event?: string;
  properties: Record<string, unknown>;
  /** Seconds before it. */
  gap: number;
}

/** Writes a visit that ends without an order: half of them at once, one in twelve with a cart that is left behind. */
export function writeVisit(world: World, timeline: Timeline, prefix: string, visit: Visit): void {
  const random = streamOf(world, visit.shopper, visit.day, visit.number);
  const start = drawInstant(world, visit.day, random);
  const steps = createSteps(world, visit.shopper, visit.day, random);
  const bounces = random.next() < visit.bounce;
  const landing = visit.attraction;
  if (landing !== undefined) steps.view(landing);
  else if (bounces) {
    const entry = random.next();
    if (entry < 0.4) steps.home();
    else if (entry < 0.75) steps.view(steps.choose());
    else steps.list();
  }
  if (!bounces) {
    steps.enter();
    for (let views = 1 + random.integer(3); views > 0; views--) steps.view(steps.choose());
    if (random.next() < 0.05) steps.wish(steps.choose());
    if (random.next() < 0.17) steps.leaveCart();
  }
  emit(timeline, prefix, visit, steps.all, start, random);
}

/** Writes a visit whose payment fails: all steps of an order but the order. */
export function writeFailedPayment(world: World, timeline: Timeline, prefix: string, visit: Visit): void {
  const random = streamOf(world, visit.shopper, visit.day, visit.number);
  const start = drawInstant(world, visit.day, random);
  const steps = createSteps(world, visit.shopper, visit.day, random);
  steps.enter();
  steps.leaveCart(true);
  emit(timeline, prefix, visit, steps.all, start, random);
}

/** Writes the visit that ends in the order: the products are found, put into the cart, paid. Returns the instant it began. */
export function writeOrderVisit(world: World, timeline: Timeline, prefix: string, order: Order): number {
  const { shopper, day } = order;
  const visit: Visit = { shopper, day, number: 9, signedIn: 1, bounce: 0 };
  const random = streamOf(world, shopper, day, visit.number);
  const steps = createSteps(world, shopper, day, random);
  steps.enter();
  const cart = `K${order.orderId.slice(1)}`;
  order.lines.forEach((line, i) => {
    if (i < 3 || random.next() < 0.4) steps.view(line.product);
    steps.put(line.product, line.quantity, cart);
  });
  if (random.next() < 0.5) steps.track('Cart Viewed', { cart_id: cart, products: briefly(world, order.lines) });
  if (order.coupon) {
    const { code, percent } = order.coupon;
    steps.track('Coupon Applied', {
      order_id: order.orderId,
      cart_id: cart,
      coupon_id: code,
      coupon_name: `${percent} %`,
      discount: order.discountMinor / 100,
    });
  }
  steps.checkout(order.orderId, order.revenueMinor, order.lines);
  steps.pay(order.orderId);
  steps.track('Order Completed', { checkout_id: cart, ...orderProperties(world, order) });
  const length = steps.all.reduce((sum, step, i) => sum + (i === 0 ? 0 : step.gap), 0);
  const start = order.at - length * 1000;
  emit(timeline, prefix, visit, steps.all, start, random);
  return start;
}

function streamOf(world: World, shopper: Shopper, day: number, number: number): Random {
  // The code is base 36 behind a letter that tells visitors from customers.
  return createStream(world.seed, 'session', Number.parseInt(shopper.code, 36), day * 16 + number);
}

interface Steps {
  all: Step[];
  choose(): number;
  home(): void;
  list(): void;
  enter(): void;
  view(product: number): void;
  wish(product: number): void;
  put(product: number, quantity: number, cart: string): void;
  leaveCart(untilPayment?: boolean): void;
  checkout(
    orderId: string,
    revenueMinor: number,
    lines: readonly { product: number; quantity: number; priceMinor: number }[],
  ): void;
  pay(orderId: string): void;
  track(event: string, properties: Record<string, unknown>): void;
}

function createSteps(world: World, shopper: Shopper, day: number, random: Random): Steps {
  const { products } = world;
  const all: Step[] = [];
  const campaign = world.campaignOn[day];
  const gap = (): number => 5 + random.integer(55);
  const track = (event: string, properties: Record<string, unknown>): void => {
    all.push({ type: 'track', event, properties, gap: gap() });
  };
  const choose = (): number => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const product = comesToMind(world, shopper, day, random);
      if (product) return product.index;
    }
    return products.findIndex((product) => product.launchDay <= day);
  };
  const fields = (index: number): Record<string, unknown> => {
    const { productId, name, category } = products[index]!;
    return { product_id: productId, name, category, price: priceOn(world, index, day) / 100, currency };
  };
  const shown = (first: number): Record<string, unknown>[] =>
    [first, choose(), choose()].map((index, i) => ({ product_id: products[index]!.productId, position: i + 1 }));
  const steps: Steps = {
    all,
    track,
    choose,
    home: () => {
      all.push({ type: 'page', properties: { name: 'Home', path: '/' }, gap: gap() });
    },
    list: () => {
      const product = choose();
      const { category } = products[product]!;
      track('Product List Viewed', {
        list_id: `category-${products[product]!.department + 1}`,
        category,
        products: shown(product),
      });
    },
    enter: () => {
      if (campaign && random.next() < 0.3) {
        const promotion = { promotion_id: campaign.code, name: campaign.name, creative: 'home banner', position: '1' };
        track('Promotion Viewed', promotion);
        if (random.next() < 0.25) track('Promotion Clicked', promotion);
      }
      const way = random.next();
      if (way < 0.3) {
        const lost = random.next() < 0.05;
        const query = lost ? pick(random, fruitlessSearches)[shopper.language] : searchFor(world, shopper, choose());
        track('Products Searched', { query, results: lost ? 0 : 3 + random.integer(40) });
      } else if (way < 0.85) steps.list();
      else steps.home();
    },
    view: (index) => {
      if (random.next() < 0.2) track('Product Clicked', { ...fields(index), position: 1 + random.integer(12) });
      track('Product Viewed', fields(index));
    },
    wish: (index) => track('Product Added to Wishlist', { wishlist_id: `W-${shopper.code}`, ...fields(index) }),
    put: (index, quantity, cart) => track('Product Added', { cart_id: cart, ...fields(index), quantity }),
    leaveCart: (untilPayment = false) => {
      const cart = `K-${shopper.code}-${day}`;
      const lines: { product: number; quantity: number; priceMinor: number }[] = [];
      for (let wanted = 1 + drawIndex(random, [0.7, 0.3]); wanted > 0; wanted--) {
        const product = choose();
        if (!isAvailable(world, product, day) || lines.some((line) => line.product === product)) continue;
        lines.push({ product, quantity: 1, priceMinor: priceOn(world, product, day) });
        steps.put(product, 1, cart);
      }
      if (lines.length === 0) return;
      const regret = random.next();
      if (!untilPayment && regret < 0.12) {
        track('Product Removed', { cart_id: cart, ...fields(lines[0]!.product), quantity: 1 });
        return;
      }
      if (random.next() < 0.5) track('Cart Viewed', { cart_id: cart, products: briefly(world, lines) });
      if (!untilPayment && random.next() >= 0.3) return;
      const revenue = lines.reduce((sum, line) => sum + line.priceMinor, 0);
      steps.checkout(cart, revenue, lines);
      if (untilPayment || random.next() < 0.15) steps.pay(cart);
    },
    checkout: (orderId, revenueMinor, lines) =>
      track('Checkout Started', {
        order_id: orderId,
        value: revenueMinor / 100,
        revenue: revenueMinor / 100,
        currency,
        products: briefly(world, lines),
      }),
    pay: (orderId) =>
      track('Payment Info Entered', {
        order_id: orderId,
        payment_method: pick(random, ['card', 'card', 'paypal', 'invoice']),
      }),
  };
  return steps;
}

function briefly(
  world: World,
  lines: readonly { product: number; quantity: number; priceMinor: number }[],
): Record<string, unknown>[] {
  return lines.map(({ product, quantity, priceMinor }) => ({
    product_id: world.products[product]!.productId,
    price: priceMinor / 100,
    quantity,
  }));
}

function searchFor(world: World, shopper: Shopper, product: number): string {
  const { name, nameRu, brand } = world.products[product]!;
  const full = shopper.language === 'ru' ? nameRu : name;
  return full.split(',')[0]!.replace(brand, '').trim().toLowerCase();
}

const sources = [
  undefined,
  { source: 'google', medium: 'organic' },
  { source: 'google', medium: 'cpc', name: 'brand' },
  { source: 'newsletter', medium: 'email', name: 'weekly' },
  { source: 'instagram', medium: 'social' },
  { source: 'idealo', medium: 'comparison' },
];

function emit(
  timeline: Timeline,
  prefix: string,
  visit: Visit,
  steps: readonly Step[],
  start: number,
  random: Random,
): void {
  const { shopper, signedIn, day, number } = visit;
  const source = sources[drawIndex(random, shopper.userId === undefined ? [2, 4, 2, 0, 2, 1] : [5, 3, 1, 2, 1, 0.5])];
  const context = { locale: shopper.home.locale, device: { type: shopper.device } };
  const base = `${prefix}.${shopper.code}.${day.toString(36)}.${number}`;
  const known = shopper.userId !== undefined && random.next() < signedIn;
  let at = start;
  steps.forEach((step, i) => {
    if (i > 0) at += step.gap * 1000;
    const event: IncomingEvent = { type: step.type, messageId: `${base}.${i}` };
    if (step.event !== undefined) event.event = step.event;
    if (known) event.userId = shopper.userId;
    event.anonymousId = shopper.anonymousId;
    event.properties = step.properties;
    event.context =
      i === 0 ? { ...context, page: { path: pathOf(step) }, ...(source ? { campaign: source } : {}) } : context;
    timeline.add(at, event);
  });
}

function pathOf(step: Step): string {
  const { product_id: id, list_id: list } = step.properties;
  if (typeof id === 'string') return `/products/${id.toLowerCase()}`;
  if (typeof list === 'string') return `/lists/${list}`;
  return step.event === 'Products Searched' ? '/search' : '/';
}
