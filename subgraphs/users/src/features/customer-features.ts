/** One feature of a customer as of a moment: everything that it counts happened before. */
export interface CustomerFeature {
  /** Name with its unit. */
  name: string;
  /** What it is, in words. */
  about: string;
  /** Days back from the moment that it looks at; absent where it looks at all of the past. */
  windowDays?: number;
  /** Column of the statement below. */
  sql: string;
}

/** Features from orders, refunds and browsing. Money in units of the currency's minor unit, days as fractions of 24 hours. */
export const customerFeatures = [
  { name: 'recencyDays', about: 'Days since the latest order', sql: 'o.recency' },
  { name: 'tenureDays', about: 'Days since the first order', sql: 'o.tenure' },
  { name: 'orders', about: 'Orders', sql: 'o.orders' },
  { name: 'orderDays', about: 'Different days with an order', sql: 'd.days' },
  { name: 'orderWeeks', about: 'Different weeks with an order', sql: 'd.weeks' },
  { name: 'orderMonths', about: 'Different months with an order', sql: 'd.months' },
  { name: 'revenueMinor', about: 'Revenue of all orders', sql: 'o.revenue' },
  { name: 'revenue30Minor', about: 'Revenue of recent orders', windowDays: 30, sql: 'o.revenue30' },
  { name: 'revenue90Minor', about: 'Revenue of recent orders', windowDays: 90, sql: 'o.revenue90' },
  { name: 'orderDays30', about: 'Days with an order', windowDays: 30, sql: 'd.days30' },
  { name: 'orderDays60', about: 'Days with an order', windowDays: 60, sql: 'd.days60' },
  { name: 'orderDays90', about: 'Days with an order', windowDays: 90, sql: 'd.days90' },
  { name: 'orderDays180', about: 'Days with an order', windowDays: 180, sql: 'd.days180' },
  { name: 'weightedOrderDays20', about: 'Days with an order, each worth e^(−age / 20 days)', sql: 'd.weighted20' },
  { name: 'weightedOrderDays60', about: 'Days with an order, each worth e^(−age / 60 days)', sql: 'd.weighted60' },
  { name: 'weightedOrderDays150', about: 'Days with an order, each worth e^(−age / 150 days)', sql: 'd.weighted150' },
  { name: 'spanDays', about: 'Days from the first order to the latest', sql: 'o.span' },
  { name: 'gapDeviationDays', about: 'Deviation of the days between orders', sql: 'd.gap_deviation' },
  { name: 'longestGapDays', about: 'Longest time between two orders', sql: 'd.longest_gap' },
  { name: 'latestGapDays', about: 'Time between the latest two orders', sql: 'd.latest_gap' },
  { name: 'lines', about: 'Lines of all orders', sql: 'o.lines' },
  { name: 'units', about: 'Units of all orders', sql: 'o.units' },
  { name: 'linePriceMinor', about: 'Mean price of a line', sql: 'o.price' },
  { name: 'firstRevenueMinor', about: 'Revenue of the first order', sql: 'o.first_revenue' },
  { name: 'firstLines', about: 'Lines of the first order', sql: 'o.first_lines' },
  { name: 'latestRevenueMinor', about: 'Revenue of the latest order', sql: 'o.latest_revenue' },
  { name: 'latestLines', about: 'Lines of the latest order', sql: 'o.latest_lines' },
  { name: 'latestLinePriceMinor', about: 'Mean price of a line of the latest order', sql: 'o.latest_price' },
  { name: 'couponShare', about: 'Share of orders with a coupon', sql: 'o.coupon_share' },
  { name: 'discountShare', about: 'Discounts as a share of what orders would have cost', sql: 'o.discount_share' },
  { name: 'refunds', about: 'Refunds', sql: 'coalesce(r.refunds, 0)' },
  { name: 'refundedMinor', about: 'Revenue that was refunded', sql: 'coalesce(r.refunded, 0)' },
  { name: 'visitDays30', about: 'Days with browsing', windowDays: 30, sql: 'coalesce(b.days30, 0)' },
  { name: 'visitDays90', about: 'Days with browsing', windowDays: 90, sql: 'coalesce(b.days90, 0)' },
  { name: 'views30', about: 'Products looked at', windowDays: 30, sql: 'coalesce(b.views30, 0)' },
  { name: 'adds30', about: 'Products put into the cart', windowDays: 30, sql: 'coalesce(b.adds30, 0)' },
  {
    name: 'visitRecencyDays',
    about: 'Days since the latest browsing; 0 where there never was any',
    sql: 'coalesce(b.recency, 0)',
  },
  {
    name: 'everVisited',
    about: '1 where any browsing is known, else 0',
    sql: 'CASE WHEN b.customer_key IS NULL THEN 0 ELSE 1 END',
  },
] as const satisfies readonly CustomerFeature[];

export type FeatureName = (typeof customerFeatures)[number]['name'];

/** The parts of the statement. What is not joined in the end PostgreSQL does not compute. */
const withSql = `
WITH orders AS MATERIALIZED (
  SELECT customer_key, occurred_at, revenue_minor, discount_minor, coupon, lines, units, price_minor, message_id,
    extract(epoch FROM $1::timestamptz - occurred_at)::double precision / 86400 AS age,
    floor(extract(epoch FROM occurred_at) / 86400)::integer AS day
  FROM users.person_order
  WHERE occurred_at < $1::timestamptz AND total_minor > 0 AND starts_with(customer_key, 'u:')
    AND (hashtext(customer_key) & 2147483647) % $3::integer < $2::integer
), o AS (
  SELECT customer_key, min(age) AS recency, max(age) AS tenure, max(age) - min(age) AS span, count(*)::double precision AS orders,
    sum(revenue_minor)::double precision AS revenue,
    coalesce(sum(revenue_minor) FILTER (WHERE age <= 30), 0)::double precision AS revenue30,
    coalesce(sum(revenue_minor) FILTER (WHERE age <= 90), 0)::double precision AS revenue90,
    sum(lines)::double precision AS lines, sum(units)::double precision AS units,
    sum(price_minor * lines) / greatest(sum(lines), 1) AS price,
    (array_agg(revenue_minor ORDER BY occurred_at, message_id))[1]::double precision AS first_revenue,
    (array_agg(lines ORDER BY occurred_at, message_id))[1]::double precision AS first_lines,
    (array_agg(revenue_minor ORDER BY occurred_at DESC, message_id DESC))[1]::double precision AS latest_revenue,
    (array_agg(lines ORDER BY occurred_at DESC, message_id DESC))[1]::double precision AS latest_lines,
    (array_agg(price_minor ORDER BY occurred_at DESC, message_id DESC))[1] AS latest_price,
    avg(coupon::integer)::double precision AS coupon_share,
    (sum(discount_minor) / greatest(sum(discount_minor + revenue_minor), 1))::double precision AS discount_share
  FROM orders GROUP BY customer_key
), days AS (
  SELECT customer_key, day, extract(epoch FROM $1::timestamptz)::double precision / 86400 - day AS age,
    day - lag(day) OVER w AS gap, row_number() OVER (PARTITION BY customer_key ORDER BY day DESC) AS back
  FROM (SELECT DISTINCT customer_key, day FROM orders) distinct_days
  WINDOW w AS (PARTITION BY customer_key ORDER BY day)
), d AS (
  SELECT customer_key, count(*)::double precision AS days, count(DISTINCT day / 7)::double precision AS weeks,
    count(DISTINCT floor(day / 30.4))::double precision AS months,
    (count(*) FILTER (WHERE age <= 30))::double precision AS days30, (count(*) FILTER (WHERE age <= 60))::double precision AS days60,
    (count(*) FILTER (WHERE age <= 90))::double precision AS days90, (count(*) FILTER (WHERE age <= 180))::double precision AS days180,
    sum(exp(-age / 20)) AS weighted20, sum(exp(-age / 60)) AS weighted60, sum(exp(-age / 150)) AS weighted150,
    coalesce(stddev_samp(gap), 0)::double precision AS gap_deviation, coalesce(max(gap), 0)::double precision AS longest_gap,
    coalesce(max(gap) FILTER (WHERE back = 1), 0)::double precision AS latest_gap
  FROM days GROUP BY customer_key
), r AS (
  SELECT customer_key, count(*)::double precision AS refunds, sum(revenue_minor)::double precision AS refunded
  FROM users.person_refund WHERE occurred_at < $1::timestamptz AND starts_with(customer_key, 'u:') GROUP BY customer_key
), b AS (
  SELECT customer_key, (count(*) FILTER (WHERE v.age <= 30))::double precision AS days30,
    (count(*) FILTER (WHERE v.age <= 90))::double precision AS days90,
    coalesce(sum(views) FILTER (WHERE v.age <= 30), 0)::double precision AS views30,
    coalesce(sum(adds) FILTER (WHERE v.age <= 30), 0)::double precision AS adds30, min(v.age)::double precision AS recency
  FROM (
    SELECT *, ($1::timestamptz AT TIME ZONE 'UTC')::date - day AS age FROM users.person_day
    WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date AND starts_with(customer_key, 'u:')
  ) v GROUP BY customer_key
)
`;

const joins: readonly (readonly [alias: string, sql: string])[] = [
  ['d.', 'JOIN d USING (customer_key)'],
  ['r.', 'LEFT JOIN r USING (customer_key)'],
  ['b.', 'LEFT JOIN b USING (customer_key)'],
];

/**
 * The statement for some of the features of customers with an account and an order before a moment: customer_key, then the features in
 * the order asked for; what none of them needs is not computed.
 * $1: the moment; orders of that moment or later, and browsing of that day in UTC or later, are not seen. $2, $3: a share of the
 * customers, those whose hash leaves less than $2 of $3 (1 of 1 is all).
 */
export function featuresSqlFor(names: readonly FeatureName[]): string {
  const columns = names.map(
    (name) => (customerFeatures.find((feature) => feature.name === name) as CustomerFeature).sql,
  );
  const needed = joins.filter(([alias]) =>
    columns.some((sql) => new RegExp(`\\b${alias.replace('.', '\\.')}`).test(sql)),
  );
  return `${withSql}SELECT o.customer_key, ${columns.join(', ')}
FROM o ${needed.map(([, sql]) => sql).join(' ')}
ORDER BY o.customer_key COLLATE "C"`;
}

/** The statement for all features, in the order of the list. */
export const featuresSql = featuresSqlFor(customerFeatures.map(({ name }) => name));
