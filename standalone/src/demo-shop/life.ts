import { fillBasket } from './basket.ts';
import { behaviours, visitsAfterLeaving } from './behaviours.ts';
import type { Customer } from './customers.ts';
import {
  dropOutFactor,
  type History,
  isDue,
  occasion,
  orderChance,
  paymentOutagePasses,
  recordOrder,
  startHistory,
} from './history.ts';
import { drawCoupon, drawInstant, type Order, placeOrder } from './orders.ts';
import { createStream } from './streams.ts';
import type { World } from './world.ts';

/** What happened to a customer inside the simulated days. */
export interface Life {
  customer: Customer;
  /** Day at whose beginning the customer left for good; null while they stay. */
  dropOutDay: number | null;
  /** In time order. */
  orders: Order[];
  /** Days with a visit that ended without an order, ascending; a day stands twice for two visits. */
  visits: number[];
  /** Days on which an order failed at the broken payment. */
  failedPayments: number[];
}

/** Chance that someone who joins does so with a first order. */
const joinsWithOrder = 0.93;

/**
 * Lives a customer's days one by one: leave or stay, order or not, visit or not. Three numbers of the stream are used each day
 * whatever happens, so that a change of one rule leaves the other days alone.
 */
export function simulateLife(world: World, customer: Customer): Life {
  const random = createStream(world.seed, 'life', customer.index);
  const behaviour = behaviours[customer.behaviour]!;
  const history = startHistory(customer);
  const owned = new Set<number>();
  const life: Life = { customer, dropOutDay: null, orders: [], visits: [], failedPayments: [] };
  const buy = (day: number): void => {
    const order = makeOrder(world, history, owned, day, life.orders.length);
    if (!order) return;
    recordOrder(world, history, order);
    for (const line of order.lines) owned.add(line.product);
    life.orders.push(order);
  };
  const joined = customer.joinDay >= 0;
  if (joined && random.next() < joinsWithOrder) buy(customer.joinDay);
  for (let day = joined ? customer.joinDay + 1 : 0; day < world.horizon; day++) {
    const [leaves, orders, visits] = [random.next(), random.next(), random.next()];
    if (life.dropOutDay === null && leaves < Math.min(0.5, behaviour.dropOut * dropOutFactor(world, history, day)))
      life.dropOutDay = day;
    if (life.dropOutDay === null) {
      const chance = orderChance(customer.orderRate, occasion(world, history, day), day - history.lastOrderDay);
      if (orders < chance) {
        if (!world.happens('payment outage', day) || orders < chance * paymentOutagePasses) buy(day);
        else life.failedPayments.push(day);
        continue;
      }
    }
    const visitChance = visitChanceOn(world, customer.visitRate, day, life.dropOutDay === null);
    if (visits < visitChance) life.visits.push(day);
    if (visits < 0.15 * visitChance) life.visits.push(day);
  }
  life.orders = life.orders.filter((order) => order.at <= world.until);
  return life;
}

/** Chance of at least one visit on a day without an order. */
export function visitChanceOn(world: World, visitRate: number, day: number, stays: boolean): number {
  return Math.min(0.9, visitRate * world.traffic[day]! * (stays ? 1 : visitsAfterLeaving));
}

function makeOrder(
  world: World,
  history: History,
  owned: ReadonlySet<number>,
  day: number,
  number: number,
): Order | undefined {
  const { customer } = history;
  const random = createStream(world.seed, 'basket', customer.index, day);
  const staples = customer.staples
    .filter((_, i) => isDue(history, i, day) || (Number.isNaN(history.stapleBought[i]!) && random.next() < 0.35))
    .map(({ product }) => product);
  const lines = fillBasket(world, { shopper: customer, attention: customer.attention, staples, owned, day }, random);
  if (lines.length === 0) return undefined;
  const first = customer.joinDay >= 0 && number === 0;
  const tracked = random.next() < customer.tracked && !world.happens('tracking gap', day);
  const elsewhere = random.next();
  return placeOrder(
    world,
    {
      orderId: `R${customer.userId.slice(1)}-${number + 1}`,
      shopper: customer,
      day,
      at: drawInstant(world, day, random),
      lines,
      coupon: drawCoupon(world, day, first, customer.sensitivity, random),
      affiliation: tracked || elsewhere < 0.3 ? 'Web shop' : elsewhere < 0.92 ? 'Mobile app' : 'Phone',
      tracked,
    },
    createStream(world.seed, 'fulfilment', customer.index, day),
  );
}
