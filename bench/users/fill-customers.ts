import type { Pool } from 'pg';

/** Days of history before now: with no event in the log the shop's clock is that of the wall. */
const historyDays = 540;

/**
 * Puts customers with orders, refunds and days of browsing straight into the tables of the users subgraph, by SQL: what the log's
 * projection would have left there. About 3.5 orders and 5 days of browsing a customer; a third buys once, some buy all the time; most
 * stop at some time.
 */
export async function fillCustomers(db: Pool, customers: number): Promise<void> {
  const client = await db.connect();
  const at = new Date().toISOString();
  try {
    await client.query('SELECT setseed(0.42)');
    await client.query(
      `CREATE TEMP TABLE person AS
       SELECT 'u:' || lpad(i::text, 8, '0') AS customer_key, ${historyDays} * sqrt(random()) AS first_age,
         8 + 90 * random() * random() AS gap, least(40, 1 + floor(-ln(1 - random()) * 2.6))::integer AS orders, 20 + 80 * random() AS spend
       FROM generate_series(1, $1::integer) i`,
      [customers],
    );
    // In the order of time, as the log's projection writes them: a customer's orders lie far apart.
    await client.query(
      `INSERT INTO users.customer_order (customer_key, message_id, order_id, occurred_at, revenue_minor, total_minor, discount_minor,
         coupon, lines, units, price_minor, products)
       SELECT customer_key, customer_key || '.' || n, customer_key || '.' || n, $1::timestamptz - make_interval(secs => 86400 * age),
         amount, amount, CASE WHEN coupon THEN amount / 10 ELSE 0 END, coupon, lines, lines + 1, amount / lines,
         (ARRAY['P' || p % 2000, 'P' || p % 1999, 'P' || p % 1500, 'P' || p % 700])[1:lines]
       FROM (
         SELECT customer_key, n, first_age - gap * (n - 1) * (0.7 + 0.6 * random()) AS age, (spend * 100 * (0.5 + random()))::bigint AS amount,
           random() < 0.2 AS coupon, 1 + floor(4 * random())::integer AS lines, floor(1e6 * random() * random())::integer AS p
         FROM person, generate_series(1, orders) n
       ) o WHERE age > 0 ORDER BY age DESC`,
      [at],
    );
    await client.query(
      `INSERT INTO users.customer_refund (customer_key, message_id, order_id, occurred_at, revenue_minor)
       SELECT customer_key, 'r.' || message_id, order_id, least(occurred_at + interval '5 days', $1::timestamptz), revenue_minor
       FROM users.customer_order WHERE random() < 0.05`,
      [at],
    );
    await client.query(
      `INSERT INTO users.customer_day (customer_key, day, views, adds, searches, other)
       SELECT customer_key, day, 1 + floor(6 * random())::integer, floor(2 * random())::integer, 0, 1
       FROM (
         SELECT DISTINCT customer_key, ($1::timestamptz - make_interval(secs => 86400 * first_age * random()))::date AS day
         FROM person, generate_series(1, 1 + orders)
       ) visits ORDER BY day`,
      [at],
    );
    await client.query(
      `INSERT INTO users.customer (customer_key, first_seen_at, last_seen_at, first_order_at, last_order_at, order_count, revenue_minor)
       SELECT customer_key, min(occurred_at), max(occurred_at), min(occurred_at), max(occurred_at), count(*), sum(revenue_minor)
       FROM users.customer_order GROUP BY customer_key ORDER BY customer_key`,
    );
    await client.query('DROP TABLE person');
    for (const table of ['customer', 'customer_order', 'customer_refund', 'customer_day']) {
      await client.query(`VACUUM (ANALYZE) users.${table}`);
    }
  } finally {
    client.release();
  }
}
