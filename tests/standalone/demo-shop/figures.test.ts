import { createDemoShop } from '@cda/standalone/demo-shop/index.ts';
import { describe, expect, test } from 'vitest';
import { dateOf, observe, type SeenDay } from './observe.ts';

const until = new Date('2026-11-23T15:00:00Z');
const shop = createDemoShop({ seed: 42, until });
const { truth } = shop;
const seen = observe(shop);
const dates = [...seen.days.keys()].sort();
const wholeDays = dates.slice(0, -1);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Area under the ROC curve by ranks, ties at half. */
function auc(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let ranks = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    for (let i = from; i < to; i++) if (labels[order[i]!]) ranks += (from + to + 1) / 2;
    from = to;
  }
  const positives = labels.filter(Boolean).length;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

describe('the demo shop at scale 1 looks like a shop', () => {
  test('5,000 customers, 400 products, about 400,000 events over 18 months', () => {
    expect(truth.customers).toHaveLength(5000);
    expect(truth.products).toHaveLength(400);
    expect(seen.events).toBeGreaterThan(380_000);
    expect(seen.events).toBeLessThan(440_000);
    expect(seen.byName.get('identify')).toBe(5000);
    expect(dates).toHaveLength(550);
  });

  test('it earns something every day, grows, and has its weeks and its Black Friday', () => {
    for (const date of wholeDays) expect(seen.days.get(date)!.revenue, date).toBeGreaterThan(0);
    const revenue = (from: string, to: string): number =>
      mean(wholeDays.filter((date) => date >= from && date < to).map((date) => seen.days.get(date)!.revenue));
    expect(revenue('2026-06-01', '2026-09-01') / revenue('2025-06-01', '2025-09-01')).toBeGreaterThan(1.2);
    const orders = (date: string): number => seen.days.get(date)!.orders;
    expect(orders('2025-11-28')).toBeGreaterThan(1.6 * mean(['2025-11-07', '2025-11-14', '2025-12-12'].map(orders)));
    const weekday = (number: number): number =>
      mean(
        wholeDays.filter((date) => new Date(date).getUTCDay() === number).map((date) => seen.days.get(date)!.orders),
      );
    expect(weekday(0)).toBeGreaterThan(1.2 * weekday(6));
  });

  test('its rates are ordinary: conversion 2 to 4 % of visits, basket 40 to 90 EUR, refunds 4 to 6 % of orders', () => {
    const conversion = seen.sessionsWithOrder / seen.sessions;
    expect(conversion).toBeGreaterThan(0.02);
    expect(conversion).toBeLessThan(0.04);
    const basket = mean(seen.orders.map(({ revenue }) => revenue));
    expect(basket).toBeGreaterThan(40);
    expect(basket).toBeLessThan(90);
    const refunds = seen.refunds.length / seen.orders.length;
    expect(refunds).toBeGreaterThan(0.04);
    expect(refunds).toBeLessThan(0.06);
  });

  test('each planted anomaly is at least 1.6 times, or at most half, what its weekday usually is', () => {
    const metricOf = (day: SeenDay, metric: string): number => day[metric as keyof SeenDay];
    const checked = new Set<string>();
    for (const { metric, date, direction, cause, productId, firstDay, lastDay } of truth.anomalies) {
      if (metric === 'units') {
        const units = (from: number, to: number): number =>
          seen.orders
            .filter((order) => dates.indexOf(order.date) >= from && dates.indexOf(order.date) <= to)
            .flatMap(({ lines }) => lines.filter((line) => line.product_id === productId))
            .reduce((sum, { quantity }) => sum + quantity, 0);
        expect(units(firstDay, lastDay)).toBe(0);
        expect(units(firstDay - 14, firstDay - 1)).toBeGreaterThan(5);
        checked.add(cause);
        continue;
      }
      const at = dates.indexOf(date);
      expect(at).toBe(firstDay);
      const around = [-21, -14, -7, 7, 14, 21].flatMap((shift) => seen.days.get(dates[at + shift]!) ?? []);
      const usual = mean(around.map((day) => metricOf(day, metric)));
      const found = metricOf(seen.days.get(date)!, metric);
      if (direction === 'up') expect(found, `${cause} ${date}`).toBeGreaterThan(1.6 * usual);
      else expect(found, `${cause} ${date}`).toBeLessThan(0.5 * usual);
      checked.add(cause);
    }
    expect(checked.size).toBe(9);
  });
});

describe('the demo shop at scale 1 can be learnt', () => {
  test('churn within 90 days: base rate 25 to 60 %, the true score ranks with an AUC of .75 to .9, above recency', () => {
    const ordersOf = Map.groupBy(seen.orders, ({ who }) => who);
    for (const [snapshot, end] of [
      ['2026-08-25', '2026-11-23'],
      ['2026-05-27', '2026-08-25'],
    ] as const) {
      const at = new Date(`${snapshot}T12:00:00+02:00`);
      const scores: number[] = [];
      const recency: number[] = [];
      const labels: boolean[] = [];
      for (const { userId } of truth.customers) {
        const orders = ordersOf.get(userId) ?? [];
        const last = orders.findLast(({ date }) => date < snapshot);
        if (!last) continue;
        scores.push(truth.trueChurnProbability(userId, at));
        recency.push(at.getTime() - last.at);
        labels.push(!orders.some(({ date }) => date >= snapshot && date < end));
      }
      const base = labels.filter(Boolean).length / labels.length;
      expect(base).toBeGreaterThan(0.25);
      expect(base).toBeLessThan(0.6);
      const best = auc(scores, labels);
      expect(best).toBeGreaterThan(0.75);
      expect(best).toBeLessThan(0.9);
      expect(best).toBeGreaterThan(auc(recency, labels) + 0.03);
    }
  });

  test('elasticity: with product and week effects the mean is found, without week effects seasonal prices mislead', () => {
    const panel = weeklyPanel();
    const seasonal = truth.products.flatMap((product, i) => (product.pricing === 'seasonal' ? [i] : []));
    const exogenous = truth.products.flatMap((product, i) => (product.pricing === 'exogenous' ? [i] : []));
    for (const members of [seasonal, exogenous]) {
      const { slope, truth: expected } = pooledSlope(panel, members, true);
      expect(Math.abs(slope - expected)).toBeLessThan(0.2);
    }
    const naive = pooledSlope(panel, seasonal, false);
    expect(naive.slope - naive.truth).toBeGreaterThan(0.25);
  });

  test('taste: products bought by the same people are of the same cluster, and such neighbours beat the most popular', () => {
    const { neighbours, recallOfNeighbours, recallOfPopular } = judgeCoPurchase();
    expect(neighbours).toBeGreaterThan(0.9);
    expect(recallOfNeighbours).toBeGreaterThan(1.8 * recallOfPopular);
  });

  test('consumables: the time between two purchases of a staple lies around its interval', () => {
    const bought = new Map<string, number[]>();
    for (const { who, at, lines } of seen.orders) {
      for (const { product_id: id } of lines) {
        const key = `${who} ${id}`;
        bought.set(key, [...(bought.get(key) ?? []), at]);
      }
    }
    const ratios: number[] = [];
    for (const { userId, staples } of truth.customers) {
      for (const { productId, intervalDays } of staples) {
        const times = bought.get(`${userId} ${productId}`) ?? [];
        if (times.length < 4) continue;
        const gaps = times
          .slice(1)
          .map((time, i) => (time - times[i]!) / 86_400_000)
          .sort((a, b) => a - b);
        ratios.push(gaps[Math.floor(gaps.length / 2)]! / intervalDays);
      }
    }
    ratios.sort((a, b) => a - b);
    expect(ratios.length).toBeGreaterThan(200);
    expect(ratios[Math.floor(ratios.length / 2)]!).toBeGreaterThan(0.8);
    expect(ratios[Math.floor(ratios.length / 2)]!).toBeLessThan(1.8);
  });
});

interface Panel {
  weeks: number;
  /** product × week, row-major: units sold and logarithm of the published price; NaN before the launch. */
  units: Float64Array;
  logPrice: Float64Array;
}

function weekOf(at: number): number {
  return Math.floor((Date.parse(dateOf(at)) / 86_400_000 + 3) / 7);
}

/** Whole weeks only. */
function weeklyPanel(): Panel {
  const first = weekOf(truth.from.getTime()) + 1;
  const weeks = weekOf(until.getTime()) - first;
  const units = new Float64Array(truth.products.length * weeks);
  const logPrice = new Float64Array(units.length).fill(Number.NaN);
  const indexOf = new Map(truth.products.map(({ productId }, i) => [productId, i]));
  for (const [id, published] of seen.prices) {
    for (let week = 0; week < weeks; week++) {
      const price = published.findLast(({ at }) => weekOf(at) <= week + first)?.price;
      if (price !== undefined) logPrice[indexOf.get(id)! * weeks + week] = Math.log(price);
    }
  }
  for (const { at, lines } of seen.orders) {
    const week = weekOf(at) - first;
    if (week < 0 || week >= weeks) continue;
    for (const line of lines) {
      // The bulk orders are no demand of the week.
      if (line.quantity > 40) continue;
      const cell = indexOf.get(line.product_id)! * weeks + week;
      units[cell] = units[cell]! + line.quantity;
    }
  }
  return { weeks, units, logPrice };
}

/**
 * One Poisson slope for all members by Newton's method, with an effect of each product and, where wanted, of each week; beside it the
 * true elasticities weighted by what each product says about the slope.
 */
function pooledSlope(
  { weeks, units, logPrice }: Panel,
  members: readonly number[],
  withWeeks: boolean,
): { slope: number; truth: number } {
  const week = new Float64Array(weeks).fill(1);
  const level = new Float64Array(truth.products.length);
  let slope = -1;
  let weights: number[] = [];
  for (let round = 0; round < 40; round++) {
    const expected = (product: number, at: number): number =>
      week[at]! * Math.exp(slope * logPrice[product * weeks + at]!);
    for (const product of members) {
      let [sold, unit] = [0, 0];
      for (let at = 0; at < weeks; at++) {
        if (Number.isNaN(logPrice[product * weeks + at]!)) continue;
        sold += units[product * weeks + at]!;
        unit += expected(product, at);
      }
      level[product] = sold / unit;
    }
    if (withWeeks) {
      for (let at = 0; at < weeks; at++) {
        let [sold, unit] = [0, 0];
        for (const product of members) {
          if (Number.isNaN(logPrice[product * weeks + at]!)) continue;
          sold += units[product * weeks + at]!;
          unit += (level[product]! * expected(product, at)) / week[at]!;
        }
        week[at] = sold / unit;
      }
    }
    let [gradient, curvature] = [0, 0];
    weights = members.map((product) => {
      let [m0, m1, m2, g] = [0, 0, 0, 0];
      for (let at = 0; at < weeks; at++) {
        const x = logPrice[product * weeks + at]!;
        if (Number.isNaN(x)) continue;
        const mu = level[product]! * expected(product, at);
        m0 += mu;
        m1 += mu * x;
        m2 += mu * x * x;
        g += (units[product * weeks + at]! - mu) * x;
      }
      const information = m0 > 0 ? m2 - (m1 * m1) / m0 : 0;
      gradient += g;
      curvature += information;
      return information;
    });
    slope += gradient / curvature;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    slope,
    truth: members.reduce((sum, product, i) => sum + weights[i]! * truth.products[product]!.elasticity, 0) / total,
  };
}

/** The last basket of everyone with two or more against what they bought before: cosine neighbours and the most popular, new products only. */
function judgeCoPurchase(): { neighbours: number; recallOfNeighbours: number; recallOfPopular: number } {
  const n = truth.products.length;
  const indexOf = new Map(truth.products.map(({ productId }, i) => [productId, i]));
  const splits = [...Map.groupBy(seen.orders, ({ who }) => who).values()]
    .filter((orders) => orders.length > 1)
    .map((orders) => {
      const baskets = orders.map(({ lines }) => lines.map((line) => indexOf.get(line.product_id)!));
      const before = new Set(baskets.slice(0, -1).flat());
      return { before: [...before], next: [...new Set(baskets.at(-1)!)].filter((product) => !before.has(product)) };
    });
  const together = new Float64Array(n * n);
  const buyers = new Float64Array(n);
  for (const { before } of splits) {
    for (const a of before) {
      buyers[a] = buyers[a]! + 1;
      for (const b of before) if (a !== b) together[a * n + b] = together[a * n + b]! + 1;
    }
  }
  const similar = together.map(
    (count, cell) => count / (Math.sqrt(buyers[Math.floor(cell / n)]! * buyers[cell % n]!) + 10),
  );
  const best = (scores: Float64Array, count: number, without: readonly number[]): number[] => {
    const masked = new Set(without);
    return [...scores.keys()]
      .filter((i) => !masked.has(i))
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, count);
  };
  const alike = truth.products.flatMap(({ tasteCluster }, i) =>
    best(similar.subarray(i * n, (i + 1) * n), 5, [i]).map(
      (other) => truth.products[other]!.tasteCluster === tasteCluster,
    ),
  );
  const recalls = splits
    .filter(({ next }) => next.length > 0)
    .map(({ before, next }) => {
      const scores = new Float64Array(n);
      for (const product of before)
        for (let other = 0; other < n; other++) scores[other] = scores[other]! + similar[product * n + other]!;
      const recall = (list: readonly number[]): number =>
        next.filter((product) => list.includes(product)).length / next.length;
      return [recall(best(scores, 20, before)), recall(best(buyers, 20, before))] as const;
    });
  return {
    neighbours: alike.filter(Boolean).length / alike.length,
    recallOfNeighbours: mean(recalls.map(([ours]) => ours)),
    recallOfPopular: mean(recalls.map(([, popular]) => popular)),
  };
}
