import type { Customer } from './customers.ts';
import type { Order } from './orders.ts';
import { departments } from './vocabulary.ts';
import type { World } from './world.ts';

/** What the shop has seen of a customer so far, and all that their next step depends on besides what is hidden in them. */
export interface History {
  customer: Customer;
  lastOrderDay: number;
  orders: number;
  couponOrders: number;
  /** Department of the last order, -1 before the first. */
  department: number;
  /** Days on which a delivery came late, and on which money was given back; they may lie ahead. */
  lateDays: number[];
  refundDays: number[];
  /** Day on which each staple was bought last; NaN before the first time. */
  stapleBought: Float64Array;
}

export function startHistory(customer: Customer): History {
  return {
    customer,
    lastOrderDay: customer.joinDay < 0 ? customer.lastOrderBefore : customer.joinDay,
    orders: 0,
    couponOrders: 0,
    department: -1,
    lateDays: [],
    refundDays: [],
    stapleBought: new Float64Array(customer.staples.length).fill(Number.NaN),
  };
}

/** Takes an order into the history. Days of lateness and refunds count only before `knownBefore`. */
export function recordOrder(
  world: World,
  history: History,
  order: Order,
  knownBefore = Number.POSITIVE_INFINITY,
): void {
  history.lastOrderDay = order.day;
  history.orders++;
  if (order.coupon) history.couponOrders++;
  history.department = world.products[order.lines[0]!.product]!.department;
  if (order.late && order.deliveredDay < knownBefore) history.lateDays.push(order.deliveredDay);
  if (order.refund && order.refund.day < knownBefore) history.refundDays.push(order.refund.day);
  const { staples } = history.customer;
  for (let i = 0; i < staples.length; i++) {
    const { product } = staples[i]!;
    // A due staple that was too dear is bought elsewhere, so its clock starts anew with each order after it is due.
    if (order.lines.some((line) => line.product === product) || isDue(history, i, order.day))
      history.stapleBought[i] = order.day;
  }
}

/** True where a staple is about used up: nine tenths of its interval are over. */
export function isDue(history: History, staple: number, day: number): boolean {
  return day - history.stapleBought[staple]! >= 0.9 * history.customer.staples[staple]!.intervalDays;
}

/** How much the day itself makes the customer order: season, coupons, and staples that are used up. */
export function occasion(world: World, history: History, day: number): number {
  const { sensitivity } = history.customer;
  let factor = world.demand[day]!;
  if (world.campaignOn[day]) factor *= 1 + sensitivity;
  if (world.happens('leaked coupon', day)) factor *= 1.6 + sensitivity;
  for (let i = 0; i < history.stapleBought.length; i++) {
    if (isDue(history, i, day)) return factor * 1.8;
  }
  return factor;
}

/** How the time since the last order changes the chance of the next: a pause, then a readiness, then the ordinary rate. */
function rhythm(daysSinceOrder: number, orderRate: number): number {
  const gaps = daysSinceOrder * orderRate;
  return gaps < 0.25 ? 0.3 : gaps < 1.5 ? 1.25 : 1;
}

/** Chance of an order on a day of someone who has not left. */
export function orderChance(orderRate: number, occasion: number, daysSinceOrder: number): number {
  return Math.min(0.6, orderRate * occasion * rhythm(daysSinceOrder, orderRate));
}

/** Share of intended orders that a broken payment lets through. */
export const paymentOutagePasses = 0.12;

const memoryDays = 90;

/**
 * Factor on a behaviour's drop-out chance, all of it from what can be seen: each late delivery and each refund of the last
 * 90 days, the share of orders with a coupon, the department of the last order, a short acquaintance, the time after Christmas.
 */
export function dropOutFactor(world: World, history: History, day: number): number {
  let sum = 0.9 * recent(history.lateDays, day) + 0.7 * recent(history.refundDays, day);
  if (history.orders > 0) sum += 0.8 * (history.couponOrders / history.orders) - 0.3;
  if (history.department >= 0) sum += departments[history.department]!.dropOut;
  if (day - history.customer.joinDay < 60) sum += 0.4;
  const { month } = world.days[day]!;
  if (month === 1 || month === 2) sum += 0.35;
  return Math.exp(sum);
}

function recent(days: readonly number[], today: number): number {
  let count = 0;
  for (const day of days) if (day <= today && day > today - memoryDays) count++;
  return Math.min(2, count);
}
