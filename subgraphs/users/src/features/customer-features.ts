/** Rows that features are counted over. */
type FeatureSource = 'orders' | 'refunds' | 'visits';

/** One feature of a customer as of a moment: everything that it counts happened before. */
export interface CustomerFeature {
  /** Name with its unit. */
  name: string;
  /** What it is, in words. */
  about: string;
  /** Days back from the moment that it looks at; absent where it looks at all of the past. */
  windowDays?: number;
  /** The rows it is counted over. */
  from: FeatureSource;
  /** Aggregate over their columns, which stand with the statement below. */
  sql: string;
}

/** Features from orders, refunds and browsing. Money in units of the currency's minor unit, days as fractions of 24 hours. */
export const customerFeatures = [
  { name: 'recencyDays', about: 'Days since the latest order', from: 'orders', sql: 'min(age)' },
  { name: 'tenureDays', about: 'Days since the first order', from: 'orders', sql: 'max(age)' },
  { name: 'orders', about: 'Orders', from: 'orders', sql: 'count(*)' },
  { name: 'orderDays', about: 'Different days with an order', from: 'orders', sql: 'count(*) FILTER (WHERE new_day)' },
  {
    name: 'orderWeeks',
    about: 'Different weeks with an order',
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_week)',
  },
  {
    name: 'orderMonths',
    about: 'Different months with an order',
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_month)',
  },
  { name: 'revenueMinor', about: 'Revenue of all orders', from: 'orders', sql: 'sum(revenue)' },
  {
    name: 'revenue30Minor',
    about: 'Revenue of recent orders',
    windowDays: 30,
    from: 'orders',
    sql: 'sum(revenue) FILTER (WHERE age <= 30)',
  },
  {
    name: 'revenue90Minor',
    about: 'Revenue of recent orders',
    windowDays: 90,
    from: 'orders',
    sql: 'sum(revenue) FILTER (WHERE age <= 90)',
  },
  {
    name: 'orderDays30',
    about: 'Days with an order',
    windowDays: 30,
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_day AND day_age <= 30)',
  },
  {
    name: 'orderDays60',
    about: 'Days with an order',
    windowDays: 60,
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_day AND day_age <= 60)',
  },
  {
    name: 'orderDays90',
    about: 'Days with an order',
    windowDays: 90,
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_day AND day_age <= 90)',
  },
  {
    name: 'orderDays180',
    about: 'Days with an order',
    windowDays: 180,
    from: 'orders',
    sql: 'count(*) FILTER (WHERE new_day AND day_age <= 180)',
  },
  {
    name: 'weightedOrderDays20',
    about: 'Days with an order, each worth e^(−age / 20 days)',
    from: 'orders',
    sql: 'sum(exp(-day_age / 20)) FILTER (WHERE new_day)',
  },
  {
    name: 'weightedOrderDays60',
    about: 'Days with an order, each worth e^(−age / 60 days)',
    from: 'orders',
    sql: 'sum(exp(-day_age / 60)) FILTER (WHERE new_day)',
  },
  {
    name: 'weightedOrderDays150',
    about: 'Days with an order, each worth e^(−age / 150 days)',
    from: 'orders',
    sql: 'sum(exp(-day_age / 150)) FILTER (WHERE new_day)',
  },
  { name: 'spanDays', about: 'Days from the first order to the latest', from: 'orders', sql: 'max(age) - min(age)' },
  { name: 'gapDeviationDays', about: 'Deviation of the days between orders', from: 'orders', sql: 'stddev_samp(gap)' },
  { name: 'longestGapDays', about: 'Longest time between two orders', from: 'orders', sql: 'max(gap)' },
  {
    name: 'latestGapDays',
    about: 'Time between the latest two orders',
    from: 'orders',
    sql: 'max(day) - max(previous_day) FILTER (WHERE gap IS NOT NULL)',
  },
  { name: 'lines', about: 'Lines of all orders', from: 'orders', sql: 'sum(lines)' },
  { name: 'units', about: 'Units of all orders', from: 'orders', sql: 'sum(units)' },
  {
    name: 'linePriceMinor',
    about: 'Mean price of a line',
    from: 'orders',
    sql: 'sum(price * lines) / greatest(sum(lines), 1)',
  },
  {
    name: 'firstRevenueMinor',
    about: 'Revenue of the first order',
    from: 'orders',
    sql: 'max(revenue) FILTER (WHERE first)',
  },
  { name: 'firstLines', about: 'Lines of the first order', from: 'orders', sql: 'max(lines) FILTER (WHERE first)' },
  {
    name: 'latestRevenueMinor',
    about: 'Revenue of the latest order',
    from: 'orders',
    sql: 'max(revenue) FILTER (WHERE latest)',
  },
  { name: 'latestLines', about: 'Lines of the latest order', from: 'orders', sql: 'max(lines) FILTER (WHERE latest)' },
  {
    name: 'latestLinePriceMinor',
    about: 'Mean price of a line of the latest order',
    from: 'orders',
    sql: 'max(price) FILTER (WHERE latest)',
  },
  { name: 'couponShare', about: 'Share of orders with a coupon', from: 'orders', sql: 'avg(coupon)' },
  {
    name: 'discountShare',
    about: 'Discounts as a share of what orders would have cost',
    from: 'orders',
    sql: 'sum(discount) / greatest(sum(discount + revenue), 1)',
  },
  { name: 'refunds', about: 'Refunds', from: 'refunds', sql: 'count(*)' },
  { name: 'refundedMinor', about: 'Revenue that was refunded', from: 'refunds', sql: 'sum(revenue)' },
  {
    name: 'visitDays30',
    about: 'Days with browsing',
    windowDays: 30,
    from: 'visits',
    sql: 'count(*) FILTER (WHERE age <= 30)',
  },
  {
    name: 'visitDays90',
    about: 'Days with browsing',
    windowDays: 90,
    from: 'visits',
    sql: 'count(*) FILTER (WHERE age <= 90)',
  },
  {
    name: 'views30',
    about: 'Products looked at',
    windowDays: 30,
    from: 'visits',
    sql: 'sum(views) FILTER (WHERE age <= 30)',
  },
  {
    name: 'adds30',
    about: 'Products put into the cart',
    windowDays: 30,
    from: 'visits',
    sql: 'sum(adds) FILTER (WHERE age <= 30)',
  },
  {
    name: 'visitRecencyDays',
    about: 'Days since the latest browsing; 0 where there never was any',
    from: 'visits',
    sql: 'min(age)',
  },
  { name: 'everVisited', about: '1 where any browsing is known, else 0', from: 'visits', sql: '1' },
] as const satisfies readonly CustomerFeature[];

export type FeatureName = (typeof customerFeatures)[number]['name'];

/**
 * Which customers a statement is about, and as of when. Expressions of SQL: parameters, or literals where a statement takes none.
 */
export interface FeatureScope {
  /** `timestamptz`: orders of that moment or later, and browsing of that day in UTC or later, are not seen. */
  moment: string;
  /** Part `part` of `of` of all customers, by a hash of their key; all where absent. */
  share?: { part: number; of: number };
  /** `text[]`: only customers with one of these keys, looked up by index. All keys of a customer have to be among them. */
  keys?: string;
}

/** The customers of a share, as a condition on a key. */
export const inShare = (key: string, { part, of }: { part: number; of: number }): string =>
  `(hashtext(${key}) & 2147483647) % ${of} = ${part}`;

/** Rows of a table under the key of the person that they are of, for customers with an account. */
export const ofPeople = (table: string, columns: string, where: string, { share, keys }: FeatureScope): string => `(
    SELECT coalesce(i.canonical_key, t.customer_key) AS person, ${columns}
    FROM users.${table} t LEFT JOIN users.identity i ON i.customer_key = t.customer_key
    WHERE ${where} AND starts_with(coalesce(i.canonical_key, t.customer_key), 'u:')${
      share ? ` AND ${inShare('coalesce(i.canonical_key, t.customer_key)', share)}` : ''
    }${keys ? ` AND t.customer_key = ANY (${keys})` : ''}
  )`;

/** Rows by source, with the columns that features count. What no feature asks for PostgreSQL does not compute. */
const sources: Readonly<Record<FeatureSource, (scope: FeatureScope) => string>> = {
  // In one pass over the orders of a customer, oldest first: an order knows the one before.
  orders: (scope) => `(
    SELECT *, previous_day IS NULL AS first, previous_day IS DISTINCT FROM day AS new_day,
      previous_day IS NULL OR previous_day / 7 <> day / 7 AS new_week,
      previous_day IS NULL OR floor(previous_day / 30.4::double precision) <> floor(day / 30.4::double precision) AS new_month,
      CASE WHEN previous_day < day THEN (day - previous_day)::double precision END AS gap,
      extract(epoch FROM ${scope.moment})::double precision / 86400 - day AS day_age
    FROM (
      SELECT person, age, day, revenue, discount, coupon, lines, units, price, lag(day) OVER w AS previous_day,
        lead(day) OVER w IS NULL AS latest
      FROM ${ofPeople(
        'customer_order',
        `t.occurred_at, t.message_id, extract(epoch FROM ${scope.moment} - t.occurred_at)::double precision / 86400 AS age,
      floor(extract(epoch FROM t.occurred_at) / 86400)::integer AS day, t.revenue_minor::double precision AS revenue,
      t.discount_minor::double precision AS discount, t.coupon::integer::double precision AS coupon, t.lines::double precision AS lines,
      t.units::double precision AS units, t.price_minor AS price`,
        `t.occurred_at < ${scope.moment} AND t.total_minor > 0`,
        scope,
      )} known
      WINDOW w AS (PARTITION BY person ORDER BY occurred_at, message_id)
    ) ordered
  )`,
  refunds: (scope) =>
    ofPeople(
      'customer_refund',
      't.revenue_minor::double precision AS revenue',
      `t.occurred_at < ${scope.moment}`,
      scope,
    ),
  // A day on which a person came by two keys is one day.
  visits: (scope) => `(
    SELECT person, day, min(age) AS age, sum(views) AS views, sum(adds) AS adds
    FROM ${ofPeople(
      'customer_day',
      `t.day, ((${scope.moment} AT TIME ZONE 'UTC')::date - t.day)::double precision AS age, t.views::double precision AS views,
      t.adds::double precision AS adds`,
      `t.day < (${scope.moment} AT TIME ZONE 'UTC')::date`,
      scope,
    )} known
    GROUP BY person, day
  )`,
};

/**
 * The query for some of the features of customers with an account and an order before a moment: customer_key, then the features in the
 * order asked for, all `type` and never null. Customers come by the bytes of their keys.
 */
export function featuresSqlFor(
  names: readonly FeatureName[],
  scope: FeatureScope,
  type: 'real' | 'double precision' = 'double precision',
): string {
  const features = names.map((name) => customerFeatures.find((feature) => feature.name === name) as CustomerFeature);
  const of = (source: FeatureSource): string => {
    const own = features.filter(({ from }) => from === source);
    const columns = own.map(({ name, sql }) => `${sql} AS "${name}"`);
    return `(SELECT person, ${columns.join(', ')} FROM ${sources[source](scope)} ${source} GROUP BY person)`;
  };
  const joined = (['refunds', 'visits'] as const)
    .filter((source) => features.some(({ from }) => from === source))
    .map((source) => `LEFT JOIN ${of(source)} ${source} USING (person)`);
  return `SELECT orders.person AS customer_key, ${features.map(({ from, name }) => `coalesce(${from}."${name}", 0)::${type}`).join(', ')}
FROM ${of('orders')} orders ${joined.join(' ')}
ORDER BY orders.person COLLATE "C"`;
}
