-- The segment that each version put each customer in: who moved from where to where.
CREATE TABLE users.segment_membership (
  customer_key text NOT NULL,
  version_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  PRIMARY KEY (customer_key, version_id)
);
CREATE INDEX segment_membership_by_version ON users.segment_membership (version_id);

-- The names of segments stay when a later version has them no more.
ALTER TABLE users.segment_history ADD COLUMN name jsonb;
UPDATE users.segment_history h SET name = coalesce(
  (SELECT s.name FROM users.segment s WHERE s.id = h.segment_id), json_build_object('en', h.key, 'ru', h.key)::jsonb);
ALTER TABLE users.segment_history ALTER COLUMN name SET NOT NULL;

-- Lists of unusual customers begin with the farthest.
CREATE INDEX unusual_customer_by_distance ON users.unusual_customer (distance, customer_key);
