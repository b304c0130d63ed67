-- Days of people, each counted once however many keys they have.
CREATE VIEW analytics.person_day AS
SELECT coalesce(i.canonical_key, c.customer_key) AS customer_key, c.day, bool_or(c.visited) AS visited, sum(c.orders) AS orders
FROM analytics.customer_day c LEFT JOIN analytics.identity i ON i.customer_key = c.customer_key
GROUP BY 1, 2;
