-- What customers did with products: one row an order line's product, and one a day for each of the lighter kinds.
-- kind: 0 purchase, 1 cart, 2 wishlist, 3 view, 4 refund. `occasion` is the order's id, or the day.
CREATE TABLE recommendations.interaction (
  customer_key text NOT NULL,
  kind smallint NOT NULL,
  product_id text NOT NULL,
  occasion text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (customer_key, kind, product_id, occasion)
);
-- What sells now is read by kind and time; a customer's own history by the primary key.
CREATE INDEX interaction_by_time ON recommendations.interaction (kind, at) INCLUDE (product_id, customer_key);

-- What is known of products. A `_fact` is a value behind the stamp of where it was said: one digit (1 for the catalogue, 0 for
-- orders and visits), the time in 20 digits, the digest of the message's id in 32. The greatest fact holds, in whatever order
-- they come; the column beside it is the value alone.
CREATE TABLE recommendations.product (
  product_id text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL,
  name_fact text COLLATE "C",
  name_ru_fact text COLLATE "C",
  description_fact text COLLATE "C",
  category_fact text COLLATE "C",
  brand_fact text COLLATE "C",
  price_fact text COLLATE "C",
  stock_fact text COLLATE "C",
  name text GENERATED ALWAYS AS (coalesce(substr(name_fact, 54), product_id)) STORED NOT NULL,
  name_ru text GENERATED ALWAYS AS (substr(name_ru_fact, 54)) STORED,
  description text GENERATED ALWAYS AS (substr(description_fact, 54)) STORED,
  category text GENERATED ALWAYS AS (substr(category_fact, 54)) STORED,
  brand text GENERATED ALWAYS AS (substr(brand_fact, 54)) STORED,
  price_minor bigint GENERATED ALWAYS AS (substr(price_fact, 54)::bigint) STORED,
  stock integer GENERATED ALWAYS AS (substr(stock_fact, 54)::integer) STORED
);

-- What serving needs of a fitted version, as one binary part; the latest versions only.
CREATE TABLE recommendations.artefact (
  version_id uuid PRIMARY KEY,
  data bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- The numbers in it hardly compress: do not try.
ALTER TABLE recommendations.artefact ALTER COLUMN data SET STORAGE EXTERNAL;
