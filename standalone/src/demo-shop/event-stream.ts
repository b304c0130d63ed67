import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createCatalogueWriter } from './catalogue-events.ts';
import { writeCrawler } from './crawler-events.ts';
import { writeNewCustomer, writeStandingCustomer } from './customer-events.ts';
import type { Customer } from './customers.ts';
import type { Life } from './life.ts';
import { writeOrder } from './order-events.ts';
import { drawInstant, type Order } from './orders.ts';
import { type Visit, writeFailedPayment, writeOrderVisit, writeVisit } from './sessions.ts';
import { createStream, streamSeed } from './streams.ts';
import { createTimeline } from './timeline.ts';
import type { Visitor } from './visitors.ts';
import type { World } from './world.ts';

/** Events in one batch at most. */
const batchSize = 5000;

/** Chance that a customer's visit is recorded under their account; without, only the device is known. */
const signedInChance = 0.94;
const bounceOfCustomer = 0.56;
const bounceOfLeaver = 0.7;
const bounceOfVisitor = 0.62;

interface Happenings {
  lives: readonly Life[];
  visitors: readonly Visitor[];
  bulkOrders: readonly Order[];
}

/** Writes everything that happened as incoming events, in time order, day by day: memory holds a few days, not all of them. */
export function* writeEvents(world: World, happenings: Happenings): Generator<IncomingEvent[]> {
  // Shops of another seed, scale or hour are other shops: their message ids must not meet.
  const prefix = (streamSeed(world.seed, 'names', Math.round(world.scale * 1e6), world.until / 1000) >>> 0).toString(
    36,
  );
  const timeline = createTimeline(world.days, world.until);
  const catalogue = createCatalogueWriter(world, timeline, prefix);
  const { lives, visitors } = happenings;
  const orders = ordersByDay(world, happenings);
  const visits = visitsByDay(world, lives, visitors);
  const failed = byDay(
    world,
    lives.flatMap((life) => life.failedPayments.map((day) => ({ day, customer: life.customer }))),
  );
  const joining = byDay(
    world,
    lives.filter(({ customer }) => customer.joinDay >= 0).map((life) => ({ day: life.customer.joinDay, life })),
  );
  for (const { customer } of lives) if (customer.joinDay < 0) writeStandingCustomer(world, timeline, prefix, customer);

  let batch: IncomingEvent[] = [];
  for (let day = 0; day < world.horizon; day++) {
    catalogue.writeDay(day);
    const began = new Map<string, number>();
    for (const order of orders[day] ?? []) {
      began.set(order.orderId, order.tracked ? writeOrderVisit(world, timeline, prefix, order) : order.at - 60_000);
      writeOrder(world, timeline, prefix, order);
      catalogue.sell(order.lines, order.at);
    }
    for (const { life } of joining[day] ?? []) {
      const first = life.orders[0]?.day === day ? life.orders[0] : undefined;
      const random = createStream(world.seed, 'early-visits', life.customer.index, 1);
      const at = first ? began.get(first.orderId)! - 2000 : drawInstant(world, day, random);
      writeNewCustomer(world, timeline, prefix, life.customer, at, earlyVisitDays(world, life.customer).length > 0);
    }
    if (!world.happens('tracking gap', day)) {
      for (const visit of visits[day] ?? []) writeVisit(world, timeline, prefix, visit);
      for (const { customer } of failed[day] ?? []) {
        writeFailedPayment(world, timeline, prefix, { shopper: customer, day, number: 8, signedIn: 1, bounce: 0 });
      }
      if (world.happens('crawler', day)) writeCrawler(world, timeline, prefix, day);
    }
    for (const event of timeline.take(day)) {
      batch.push(event);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function ordersByDay(world: World, { lives, visitors, bulkOrders }: Happenings): Order[][] {
  const orders = [
    ...bulkOrders,
    ...lives.flatMap((life) => life.orders),
    ...visitors.flatMap(({ order }) => order ?? []),
  ];
  return byDay(world, orders);
}

function visitsByDay(world: World, lives: readonly Life[], visitors: readonly Visitor[]): Visit[][] {
  const visits: (Visit & { day: number })[] = [];
  for (const { customer, visits: days, dropOutDay } of lives) {
    days.forEach((day, i) => {
      const left = dropOutDay !== null && day >= dropOutDay;
      const number = days[i - 1] === day ? 1 : 0;
      visits.push({
        shopper: customer,
        day,
        number,
        signedIn: signedInChance,
        bounce: left ? bounceOfLeaver : bounceOfCustomer,
      });
    });
    for (const day of earlyVisitDays(world, customer)) {
      visits.push({ shopper: customer, day, number: 2, signedIn: 0, bounce: bounceOfVisitor });
    }
  }
  const attractions = new Map(
    world.anomalies
      .filter(({ cause }) => cause === 'viral day')
      .map(({ firstDay, productId }) => [firstDay, productId]),
  );
  for (const { shopper, visits: days } of visitors) {
    days.forEach((day, i) => {
      const attraction = i === 0 ? world.products.findIndex(({ productId }) => productId === attractions.get(day)) : -1;
      visits.push({
        shopper,
        day,
        number: 0,
        signedIn: 0,
        bounce: bounceOfVisitor,
        ...(attraction >= 0 ? { attraction } : {}),
      });
    });
  }
  return byDay(world, visits);
}

/** Days before they joined on which a customer looked around without an account. */
function earlyVisitDays(world: World, customer: Customer): number[] {
  if (customer.joinDay <= 0) return [];
  const random = createStream(world.seed, 'early-visits', customer.index);
  const days = new Set<number>();
  for (let wanted = random.integer(4) - 1; wanted > 0; wanted--) days.add(customer.joinDay - 1 - random.integer(12));
  return [...days].filter((day) => day >= 0);
}

function byDay<T extends { day: number }>(world: World, things: readonly T[]): T[][] {
  const days: T[][] = Array.from({ length: world.horizon }, () => []);
  for (const thing of things) days[thing.day]!.push(thing);
  return days;
}
