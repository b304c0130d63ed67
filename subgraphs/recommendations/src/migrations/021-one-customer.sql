-- What people did with products, whichever of their keys they did it by; a sign that two keys gave on one occasion is one.
CREATE VIEW recommendations.person_interaction AS
SELECT coalesce(i.canonical_key, n.customer_key) AS customer_key, n.kind, n.product_id, n.occasion, max(n.at) AS at
FROM recommendations.interaction n LEFT JOIN recommendations.identity i ON i.customer_key = n.customer_key
GROUP BY 1, 2, 3, 4;
