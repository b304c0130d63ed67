import { type KeptChurnFeature, keptChurnFeatures } from './churn-columns.ts';

/** Things that could still happen to a customer, or fail to. */
export const churnChanges = ['ORDER_NOW', 'VISITS', 'NO_ORDER'] as const;

export type ChurnChange = (typeof churnChanges)[number];

/** Days with a visit that the change of visits adds, and days without an order that the change of waiting adds. */
export const changeSizes = { visitDays: 2, waitingDays: 30 } as const;

type Features = Record<KeptChurnFeature, number>;

/**
 * What is kept of a customer (`keptChurnFeatures`) as it would stand after a change; undefined where the change is none for them.
 *
 * - `ORDER_NOW`: an order today like their average one, of products that they have bought before.
 * - `VISITS`: visits on two more of the latest days, each like their average one.
 * - `NO_ORDER`: thirty days pass without an order and without a visit. Windows that are kept move along exactly; what of the 180 days
 *   falls out is taken as even.
 *
 * All that follows from the change in other features is carried along. What the change says of the world beside the customer (the
 * season, what sells) stays as it is.
 */
export function afterChange(kept: ArrayLike<number>, change: ChurnChange): Float32Array | undefined {
  const f = Object.fromEntries(keptChurnFeatures.map((name, i) => [name, kept[i]!])) as Features;
  const changed = changes[change](f);
  return changed && Float32Array.from(keptChurnFeatures, (name) => changed[name] ?? f[name]);
}

const changes: Record<ChurnChange, (f: Features) => Partial<Features> | undefined> = {
  ORDER_NOW: (f) => {
    // Whoever ordered today has done it already.
    if (f.recencyDays < 1) return undefined;
    const gaps = f.orderDays - 1;
    const mean = gaps > 0 ? f.spanDays / gaps : 0;
    const newMean = (gaps * mean + f.recencyDays) / (gaps + 1);
    const squares =
      Math.max(0, gaps - 1) * f.gapDeviationDays ** 2 + gaps * (mean - newMean) ** 2 + (f.recencyDays - newMean) ** 2;
    const revenue = f.revenueMinor / f.orders;
    const lines = f.lines / f.orders;
    const products = f.orderedProducts / f.orders;
    return {
      recencyDays: 0,
      orders: f.orders + 1,
      orderDays: f.orderDays + 1,
      orderWeeks: f.orderWeeks + (f.recencyDays >= 7 ? 1 : 0),
      orderMonths: f.orderMonths + (f.recencyDays >= 31 ? 1 : 0),
      revenueMinor: f.revenueMinor + revenue,
      revenue30Minor: f.revenue30Minor + revenue,
      revenue90Minor: f.revenue90Minor + revenue,
      orderDays30: f.orderDays30 + 1,
      orderDays60: f.orderDays60 + 1,
      orderDays90: f.orderDays90 + 1,
      orderDays180: f.orderDays180 + 1,
      weightedOrderDays20: f.weightedOrderDays20 + 1,
      weightedOrderDays60: f.weightedOrderDays60 + 1,
      weightedOrderDays150: f.weightedOrderDays150 + 1,
      spanDays: f.tenureDays,
      gapDeviationDays: gaps > 0 ? Math.sqrt(squares / gaps) : 0,
      longestGapDays: Math.max(f.longestGapDays, f.recencyDays),
      latestGapDays: f.recencyDays,
      lines: f.lines + lines,
      units: f.units + f.units / f.orders,
      latestRevenueMinor: revenue,
      latestLines: lines,
      latestLinePriceMinor: f.linePriceMinor,
      orderedProducts: f.orderedProducts + products,
      latestProducts: products,
      latestNewShare: 0,
    };
  },
  VISITS: (f) => {
    const days = changeSizes.visitDays;
    // Where browsing is not known at all, the model has nothing to go by.
    if (f.everVisited === 0 || f.visitDays30 + days > 30) return undefined;
    const each = (count: number): number => (f.visitDays30 > 0 ? (days * count) / f.visitDays30 : 0);
    return {
      visitDays30: f.visitDays30 + days,
      visitDays90: f.visitDays90 + days,
      views30: f.views30 + Math.max(days, each(f.views30)),
      adds30: f.adds30 + each(f.adds30),
      visitRecencyDays: 0,
    };
  },
  NO_ORDER: (f) => {
    const days = changeSizes.waitingDays;
    const faded = (weighted: number, over: number): number => weighted * Math.exp(-days / over);
    return {
      recencyDays: f.recencyDays + days,
      tenureDays: f.tenureDays + days,
      orderDays30: 0,
      orderDays60: f.orderDays30,
      orderDays90: f.orderDays60,
      orderDays180: f.orderDays90 + (f.orderDays180 - f.orderDays90) * (60 / 90),
      revenue30Minor: 0,
      // Of the revenue of 90 days, the part that the days with orders of the latest 60 have of those of 90.
      revenue90Minor: f.orderDays90 > 0 ? f.revenue90Minor * (f.orderDays60 / f.orderDays90) : 0,
      weightedOrderDays20: faded(f.weightedOrderDays20, 20),
      weightedOrderDays60: faded(f.weightedOrderDays60, 60),
      weightedOrderDays150: faded(f.weightedOrderDays150, 150),
      visitDays30: 0,
      visitDays90: Math.max(0, f.visitDays90 - (f.visitDays90 - f.visitDays30) / 2),
      views30: 0,
      adds30: 0,
      visitRecencyDays: f.everVisited ? f.visitRecencyDays + days : f.visitRecencyDays,
    };
  },
};
