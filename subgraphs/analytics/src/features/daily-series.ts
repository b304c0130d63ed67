import type { Pool } from 'pg';
import type { AnomalyMetric } from '../entities/anomaly.ts';
import type { DailySeries } from '../ml/anomaly-estimator.ts';

export interface ShopDays {
  /** First day with an order or a visit, `YYYY-MM-DD`; null before the first event. */
  firstDay: string | null;
  /** Days up to yesterday by the shop's clock: today is not over yet. */
  days: number;
  currency: string;
  series: (DailySeries & { name: AnomalyMetric })[];
}

interface DayRow {
  day: string;
  revenueMinor: number;
  orders: number;
  customers: number;
  visits: number;
  visitsWithOrder: number;
  productViews: number;
  discountMinor: number;
  refundsMinor: number;
}

/** Every watched figure of every whole day up to `asOf`, in the shop's calendar and currency. */
export async function loadDailySeries(db: Pool, asOf: Date): Promise<ShopDays> {
  const { rows } = await db.query<DayRow & { currency: string }>(
    `WITH shop AS (
       SELECT currency, ($1::timestamptz AT TIME ZONE time_zone)::date AS today FROM events.shop
     ), span AS (
       SELECT day::date FROM shop, generate_series(
         (SELECT least((SELECT min(day) FROM analytics.day_money), (SELECT min(day) FROM analytics.customer_day))),
         shop.today - 1, interval '1 day') AS day
     ), money AS (
       SELECT day, sum(revenue_minor) FILTER (WHERE m.currency = shop.currency) AS revenue, sum(orders) AS orders,
         sum(discount_minor) FILTER (WHERE m.currency = shop.currency) AS discounts,
         sum(refunds_minor) FILTER (WHERE m.currency = shop.currency) AS refunds
       FROM analytics.day_money m, shop GROUP BY day
     ), keys AS (
       SELECT day, count(*) FILTER (WHERE orders > 0) AS customers, count(*) FILTER (WHERE visited) AS visits,
         count(*) FILTER (WHERE visited AND orders > 0) AS ordered
       FROM analytics.person_day GROUP BY day
     )
     SELECT span.day, shop.currency, coalesce(revenue, 0) AS "revenueMinor", coalesce(orders, 0) AS orders,
       coalesce(customers, 0) AS customers, coalesce(visits, 0) AS visits, coalesce(ordered, 0) AS "visitsWithOrder",
       coalesce(product_views, 0) AS "productViews", coalesce(discounts, 0) AS "discountMinor",
       coalesce(refunds, 0) AS "refundsMinor"
     FROM span CROSS JOIN shop LEFT JOIN money USING (day) LEFT JOIN keys USING (day)
       LEFT JOIN analytics.day_activity USING (day) ORDER BY span.day`,
    [asOf],
  );
  const figures: Record<AnomalyMetric, { of(row: DayRow): number; floor: number; ceiling: number }> = {
    REVENUE: { of: (row) => row.revenueMinor, floor: 0, ceiling: Number.POSITIVE_INFINITY },
    ORDERS: { of: (row) => row.orders, floor: 0.5, ceiling: Number.POSITIVE_INFINITY },
    CUSTOMERS: { of: (row) => row.customers, floor: 0.5, ceiling: Number.POSITIVE_INFINITY },
    VISITS: { of: (row) => row.visits, floor: 0.5, ceiling: Number.POSITIVE_INFINITY },
    CONVERSION_RATE: { of: (row) => row.visitsWithOrder / row.visits, floor: 0, ceiling: 1 },
    AVERAGE_ORDER_VALUE: { of: (row) => row.revenueMinor / row.orders, floor: 0, ceiling: Number.POSITIVE_INFINITY },
    PRODUCT_VIEWS: { of: (row) => row.productViews, floor: 0.5, ceiling: Number.POSITIVE_INFINITY },
    DISCOUNTS: { of: (row) => row.discountMinor, floor: 0, ceiling: Number.POSITIVE_INFINITY },
    REFUNDS: { of: (row) => row.refundsMinor, floor: 0, ceiling: Number.POSITIVE_INFINITY },
  };
  return {
    firstDay: rows[0]?.day ?? null,
    days: rows.length,
    currency: rows[0]?.currency ?? '',
    series: Object.entries(figures).map(([name, { of, floor, ceiling }]) => {
      // 0 / 0 is NaN: a day without visits has no conversion rate. Before its first value a figure was not kept yet.
      const values = Float64Array.from(rows, of);
      const first = values.findIndex((value) => value > 0);
      return { name: name as AnomalyMetric, values: values.fill(Number.NaN, 0, Math.max(0, first)), floor, ceiling };
    }),
  };
}
