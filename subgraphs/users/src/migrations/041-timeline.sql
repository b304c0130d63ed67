-- What happened to a customer, as it is read: a page at a time, newest first. Orders and days of browsing stand in tables of their
-- own already; these hold the rest. Keys are those that the log has.

-- Messages that were sent to a customer, and what became of them.
CREATE TABLE users.customer_message (
  customer_key text NOT NULL,
  message_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  name text NOT NULL,
  -- Subject or campaign, where the sender says it.
  about text,
  PRIMARY KEY (customer_key, message_id)
);
CREATE INDEX customer_message_by_time ON users.customer_message (customer_key, occurred_at);

-- When each value of the profile was said for the first time. The value itself is not kept.
CREATE TABLE users.customer_profile_value (
  customer_key text NOT NULL,
  field text NOT NULL,
  digest text NOT NULL,
  first_at timestamptz NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (customer_key, field, digest)
);
CREATE INDEX customer_profile_value_by_time ON users.customer_profile_value (customer_key, first_at, message_id);

-- What people said about customers that are one, under each of the two keys.
CREATE TABLE users.customer_merge (
  customer_key text NOT NULL,
  message_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  from_key text NOT NULL,
  into_key text NOT NULL,
  undone boolean NOT NULL,
  by_whom text NOT NULL,
  PRIMARY KEY (customer_key, message_id)
);
CREATE INDEX customer_merge_by_time ON users.customer_merge (customer_key, occurred_at);

CREATE INDEX customer_refund_by_time ON users.customer_refund (customer_key, occurred_at);
