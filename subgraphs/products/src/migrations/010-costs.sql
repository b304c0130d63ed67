-- What a unit costs the shop, by the catalogue's word alone: the amount and its currency, as of the price.
ALTER TABLE products.product
  ADD COLUMN cost_fact text COLLATE "C",
  ADD COLUMN cost_minor bigint GENERATED ALWAYS AS (split_part(substr(cost_fact, 54), ' ', 1)::bigint) STORED,
  ADD COLUMN cost_currency text GENERATED ALWAYS AS (split_part(substr(cost_fact, 54), ' ', 2)) STORED;
