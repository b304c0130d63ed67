-- Products as the log tells of them.
-- A `_fact` is a value behind the stamp of where it was said: one digit (1 for the catalogue, 0 for orders and visits), the
-- time in 20 digits, the digest of the message's id in 32. The greatest fact is the one that holds, in whatever order they
-- come, and the column beside it is the value alone.
CREATE TABLE products.product (
  product_id text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL,
  units_sold bigint NOT NULL,
  revenue_minor bigint NOT NULL,
  sku_fact text COLLATE "C",
  name_fact text COLLATE "C",
  name_ru_fact text COLLATE "C",
  brand_fact text COLLATE "C",
  category_fact text COLLATE "C",
  url_fact text COLLATE "C",
  image_url_fact text COLLATE "C",
  price_fact text COLLATE "C",
  stock_fact text COLLATE "C",
  sku text GENERATED ALWAYS AS (substr(sku_fact, 54)) STORED,
  name text GENERATED ALWAYS AS (coalesce(substr(name_fact, 54), product_id)) STORED NOT NULL,
  name_ru text GENERATED ALWAYS AS (substr(name_ru_fact, 54)) STORED,
  brand text GENERATED ALWAYS AS (substr(brand_fact, 54)) STORED,
  category text GENERATED ALWAYS AS (substr(category_fact, 54)) STORED,
  url text GENERATED ALWAYS AS (substr(url_fact, 54)) STORED,
  image_url text GENERATED ALWAYS AS (substr(image_url_fact, 54)) STORED,
  price_minor bigint GENERATED ALWAYS AS (split_part(substr(price_fact, 54), ' ', 1)::bigint) STORED,
  currency text GENERATED ALWAYS AS (split_part(substr(price_fact, 54), ' ', 2)) STORED,
  stock integer GENERATED ALWAYS AS (substr(stock_fact, 54)::integer) STORED
);
CREATE INDEX product_by_revenue ON products.product (revenue_minor, product_id);
CREATE INDEX product_by_units ON products.product (units_sold, product_id);
CREATE INDEX product_by_name ON products.product (name, product_id);
CREATE TABLE products.sale (
  product_id text NOT NULL,
  day date NOT NULL,
  price_minor bigint NOT NULL,
  currency text NOT NULL,
  lines integer NOT NULL,
  units bigint NOT NULL,
  refunded_units bigint NOT NULL,
  PRIMARY KEY (product_id, day, price_minor, currency)
);
CREATE TABLE products.catalogue_point (
  product_id text NOT NULL,
  at timestamptz NOT NULL,
  message_id text NOT NULL,
  price_minor bigint,
  currency text,
  stock integer,
  PRIMARY KEY (product_id, at, message_id)
);
CREATE TABLE products.elasticity (
  product_id text PRIMARY KEY,
  version_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  value double precision,
  low double precision,
  high double precision,
  confidence double precision,
  deviation double precision,
  present_price_minor bigint,
  present_units double precision,
  lowest_price_minor bigint,
  highest_price_minor bigint,
  reasons jsonb NOT NULL,
  unavailable jsonb
);
