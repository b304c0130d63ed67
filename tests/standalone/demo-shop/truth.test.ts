import { countBaskets } from '@cda/standalone/demo-shop/basket-evidence.ts';
import { probabilityOfNoOrder } from '@cda/standalone/demo-shop/churn-truth.ts';
import { createCustomers } from '@cda/standalone/demo-shop/customers.ts';
import { createDemoShop } from '@cda/standalone/demo-shop/index.ts';
import { simulateLife } from '@cda/standalone/demo-shop/life.ts';
import { createWorld } from '@cda/standalone/demo-shop/world.ts';
import { describe, expect, test } from 'vitest';
import { dateOf, observe } from './observe.ts';

const until = new Date('2026-11-23T15:00:00Z');
const shop = createDemoShop({ seed: 5, scale: 0.2, until });
const { truth } = shop;
const seen = observe(shop);
const customers = new Map(truth.customers.map((customer) => [customer.userId, customer]));

describe('the truth of the demo shop', () => {
  test('knows each customer’s orders, and that who has left buys nothing', () => {
    const counted = new Map<string, number>();
    for (const { who, at } of seen.orders) {
      const customer = customers.get(who);
      if (!customer) continue;
      counted.set(who, (counted.get(who) ?? 0) + 1);
      if (customer.churnedAt) expect(at).toBeLessThan(customer.churnedAt.getTime());
      expect(at).toBeGreaterThanOrEqual(customer.joinedAt.getTime());
    }
    for (const { userId, orders } of truth.customers) expect(counted.get(userId) ?? 0).toBe(orders);
    const left = truth.customers.filter(({ churnedAt }) => churnedAt !== null);
    expect(left.length / truth.customers.length).toBeGreaterThan(0.25);
    expect(left.length / truth.customers.length).toBeLessThan(0.65);
  });

  test('knows what can’t be bought: stock-outs and products that are not launched yet', () => {
    for (const { productId, from, to } of truth.stockOuts) {
      const bought = seen.orders.some(
        ({ at, lines }) =>
          at >= from.getTime() && at < to.getTime() && lines.some((line) => line.product_id === productId),
      );
      expect(bought, `${productId} from ${from.toISOString()}`).toBe(false);
    }
    const launched = truth.products.filter(({ launchedAt }) => launchedAt !== null);
    expect(launched.length).toBeGreaterThan(3);
    for (const { productId, launchedAt } of launched) {
      expect(seen.prices.get(productId)![0]!.at - launchedAt!.getTime()).toBeLessThan(60_000);
      expect(
        seen.orders.some(
          ({ at, lines }) => at < launchedAt!.getTime() && lines.some((line) => line.product_id === productId),
        ),
      ).toBe(false);
    }
  });

  test('agrees with the published catalogue: each order line costs what was last announced, and is in stock', () => {
    for (const { at, lines, orderId } of seen.orders) {
      for (const { product_id: id, price } of lines) {
        const published = seen.prices.get(id)!.findLast((entry) => entry.at <= at);
        expect(published?.price, `${orderId} ${id}`).toBe(price);
        expect(published?.stock).toBeGreaterThan(0);
      }
    }
  });

  test('gives money back only for orders that were made before, and never more than was paid', () => {
    const orders = new Map(seen.orders.map((order) => [order.orderId, order]));
    const refunded = new Set<string>();
    for (const { orderId, at, revenue } of seen.refunds) {
      const order = orders.get(orderId)!;
      expect(at).toBeGreaterThan(order.at);
      expect(revenue).toBeLessThanOrEqual(order.revenue);
      expect(refunded.has(orderId)).toBe(false);
      refunded.add(orderId);
    }
  });

  test('gives a churn score between 0 and 1 that is 1 − the frequency of a purchase, in each tenth', () => {
    const at = new Date('2026-08-20T12:00:00+02:00');
    const [from, to] = [dateOf(at.getTime()), '2026-11-18'];
    const tenths = Array.from({ length: 5 }, () => ({ n: 0, expected: 0, none: 0 }));
    const ordersOf = Map.groupBy(seen.orders, ({ who }) => who);
    for (const { userId } of truth.customers) {
      const orders = ordersOf.get(userId) ?? [];
      if (!orders.some(({ date }) => date < from)) continue;
      const probability = truth.trueChurnProbability(userId, at);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1 + 1e-12);
      const bin = tenths[Math.min(4, Math.floor(probability * 5))]!;
      bin.n++;
      bin.expected += probability;
      if (!orders.some(({ date }) => date >= from && date < to)) bin.none++;
    }
    for (const { n, expected, none } of tenths) {
      const mean = expected / n;
      // Three and a half standard errors of a frequency.
      expect(Math.abs(none / n - mean)).toBeLessThan(3.5 * Math.sqrt(Math.max(0.01, mean * (1 - mean)) / n));
    }
  });

  test('lets the churn score see the past only: the future may be cut off without changing it', () => {
    const world = createWorld({ seed: 5, scale: 0.02, until, products: 80, months: 18 });
    const joining = new Float64Array(world.horizon).fill(1);
    const lives = createCustomers(5, 60, joining, world.products).map((customer) => simulateLife(world, customer));
    const evidence = countBaskets(world, lives);
    let later = 0;
    for (const life of lives) {
      const day = 400;
      const past = {
        ...life,
        orders: life.orders
          .filter((order) => order.day < day)
          .map((order) => ({
            ...order,
            late: order.late && order.deliveredDay < day,
            refund: order.refund && order.refund.day < day ? order.refund : undefined,
          })),
        visits: life.visits.filter((visit) => visit < day),
        failedPayments: life.failedPayments.filter((failed) => failed < day),
      };
      later += life.orders.length - past.orders.length;
      expect(probabilityOfNoOrder(world, past, evidence, day, 90)).toBe(
        probabilityOfNoOrder(world, life, evidence, day, 90),
      );
    }
    expect(later).toBeGreaterThan(20);
  });

  test('takes user ids and places, and refuses strangers and other times', () => {
    const at = new Date('2026-08-20T12:00:00Z');
    expect(truth.trueChurnProbability(3, at)).toBe(truth.trueChurnProbability(truth.customers[3]!.userId, at));
    expect(() => truth.trueChurnProbability('C99999', at)).toThrow(/no customer C99999/);
    expect(() => truth.trueChurnProbability(0, new Date('2020-01-01'))).toThrow(/outside the simulated time/);
  });

  test('has segments of every kind, both pricings, complements of the same taste, staples that are used up', () => {
    const kinds = Map.groupBy(truth.customers, ({ segment }) => segment);
    for (const segment of ['champion', 'steady', 'occasional', 'bargain', 'new', 'lapsed'] as const) {
      expect(kinds.get(segment)!.length / truth.customers.length, segment).toBeGreaterThan(0.03);
    }
    const products = new Map(truth.products.map((product) => [product.productId, product]));
    expect(truth.products.filter(({ pricing }) => pricing === 'seasonal').length / products.size).toBeGreaterThan(0.35);
    for (const { elasticity, complements, tasteCluster, rebuyDays } of truth.products) {
      expect(elasticity).toBeLessThanOrEqual(rebuyDays === null ? -0.8 : -0.6);
      expect(elasticity).toBeGreaterThanOrEqual(rebuyDays === null ? -3.5 : -1.8);
      for (const id of complements) expect(products.get(id)!.tasteCluster).toBe(tasteCluster);
    }
    for (const { staples } of truth.customers) {
      for (const { productId } of staples) expect(products.get(productId)!.rebuyDays).not.toBeNull();
    }
  });
});
