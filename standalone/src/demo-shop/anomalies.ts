import type { Product } from './catalogue.ts';
import type { Day } from './days.ts';
import { isSpecialDay } from './season.ts';

export type AnomalyCause =
  | 'payment outage'
  | 'viral day'
  | 'crawler'
  | 'tracking gap'
  | 'stock-out of a best seller'
  | 'bulk order'
  | 'faulty batch'
  | 'leaked coupon'
  | 'delivery crisis';

type AnomalyMetric =
  | 'revenue'
  | 'orders'
  | 'sessions'
  | 'productViews'
  | 'units'
  | 'refunds'
  | 'discount'
  | 'lateDeliveries';

/** Something unusual that was planted: what a detector should find. */
export interface Anomaly {
  /** The metric that shows it first. */
  metric: AnomalyMetric;
  /** Other metrics that it moves in the same direction. */
  alsoMoves: readonly AnomalyMetric[];
  /** First and last day, YYYY-MM-DD in the shop's time zone, and their indices. */
  date: string;
  lastDate: string;
  firstDay: number;
  lastDay: number;
  direction: 'up' | 'down';
  cause: AnomalyCause;
  /** Where it concerns one product. */
  productId?: string;
}

interface Plan {
  cause: AnomalyCause;
  /** First day, counted back from the day of `until`. */
  daysBefore: number;
  length: number;
}

const plan: readonly Plan[] = [
  { cause: 'viral day', daysBefore: 6, length: 1 },
  { cause: 'payment outage', daysBefore: 19, length: 1 },
  { cause: 'crawler', daysBefore: 34, length: 1 },
  { cause: 'stock-out of a best seller', daysBefore: 62, length: 14 },
  { cause: 'tracking gap', daysBefore: 76, length: 1 },
  { cause: 'bulk order', daysBefore: 97, length: 1 },
  { cause: 'faulty batch', daysBefore: 120, length: 4 },
  { cause: 'leaked coupon', daysBefore: 145, length: 1 },
  { cause: 'payment outage', daysBefore: 173, length: 1 },
  { cause: 'delivery crisis', daysBefore: 222, length: 9 },
  { cause: 'viral day', daysBefore: 264, length: 1 },
  { cause: 'tracking gap', daysBefore: 303, length: 1 },
  { cause: 'payment outage', daysBefore: 349, length: 1 },
  { cause: 'bulk order', daysBefore: 404, length: 1 },
  { cause: 'faulty batch', daysBefore: 452, length: 4 },
];

const shows: Record<AnomalyCause, Pick<Anomaly, 'metric' | 'alsoMoves' | 'direction'>> = {
  'payment outage': { metric: 'orders', alsoMoves: ['revenue'], direction: 'down' },
  'viral day': { metric: 'sessions', alsoMoves: ['productViews'], direction: 'up' },
  crawler: { metric: 'productViews', alsoMoves: [], direction: 'up' },
  'tracking gap': { metric: 'sessions', alsoMoves: ['productViews'], direction: 'down' },
  'stock-out of a best seller': { metric: 'units', alsoMoves: [], direction: 'down' },
  'bulk order': { metric: 'revenue', alsoMoves: [], direction: 'up' },
  'faulty batch': { metric: 'refunds', alsoMoves: [], direction: 'up' },
  'leaked coupon': { metric: 'discount', alsoMoves: ['orders'], direction: 'up' },
  'delivery crisis': { metric: 'lateDeliveries', alsoMoves: [], direction: 'up' },
};

/**
 * Places the planned anomalies before `horizon`, each moved back by weeks where it would meet Black Friday, Christmas, Easter
 * or another anomaly. In date order.
 */
export function plantAnomalies(days: readonly Day[], horizon: number, products: readonly Product[]): Anomaly[] {
  const taken = new Uint8Array(horizon);
  const bestSeller = products.reduce((best, product) =>
    product.launchDay <= 0 && product.popularity > best.popularity ? product : best,
  );
  const anomalies: Anomaly[] = [];
  for (const { cause, daysBefore, length } of plan) {
    const free = (first: number): boolean => {
      for (let day = first - 1; day <= first + length; day++) {
        const at = days[day];
        if (!at || taken[day] || isSpecialDay(at)) return false;
      }
      return true;
    };
    let firstDay = horizon - 1 - daysBefore;
    while (firstDay > 0 && !free(firstDay)) firstDay -= 7;
    if (firstDay <= 0) continue;
    const lastDay = firstDay + length - 1;
    taken.fill(1, firstDay, lastDay + 1);
    anomalies.push({
      ...shows[cause],
      cause,
      date: days[firstDay]!.date,
      lastDate: days[lastDay]!.date,
      firstDay,
      lastDay,
      ...(cause === 'stock-out of a best seller' || cause === 'viral day' ? { productId: bestSeller.productId } : {}),
    });
  }
  return anomalies.sort((a, b) => a.firstDay - b.firstDay);
}

/** For each cause the days on which it acts, as a set of day indices. */
export function anomalyDays(anomalies: readonly Anomaly[]): (cause: AnomalyCause, day: number) => boolean {
  const days = new Map<AnomalyCause, Set<number>>();
  for (const { cause, firstDay, lastDay } of anomalies) {
    const set = days.get(cause) ?? new Set<number>();
    for (let day = firstDay; day <= lastDay; day++) set.add(day);
    days.set(cause, set);
  }
  return (cause, day) => days.get(cause)?.has(day) ?? false;
}
