-- Where the owner of a key lives. The fact is a value behind the stamp of where it was said: one digit (2 an account, 1 an order, 0 the
-- language that a visit was set to), the time in 20 digits, the digest of the message's id in 32. The greatest fact holds.
CREATE TABLE recommendations.residence (
  customer_key text PRIMARY KEY,
  country_fact text COLLATE "C" NOT NULL
);
-- Where a product is sold: a list of countries; everywhere where there is none or an empty one.
ALTER TABLE recommendations.product
  ADD COLUMN countries_fact text COLLATE "C",
  ADD COLUMN countries jsonb GENERATED ALWAYS AS (substr(countries_fact, 54)::jsonb) STORED;

-- Which products' offers changed, by a number that rises: a copy in memory is brought up to date by what is above its own. The
-- projection writes products one batch after the other, so numbers become visible in their order. An empty id: all may have.
CREATE SEQUENCE recommendations.offer_revision;
CREATE TABLE recommendations.offer_change (
  product_id text PRIMARY KEY,
  revision bigint NOT NULL
);
CREATE INDEX offer_change_by_revision ON recommendations.offer_change (revision);
CREATE FUNCTION recommendations.note_offer_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO recommendations.offer_change AS c (product_id, revision)
  VALUES (CASE TG_LEVEL WHEN 'ROW' THEN NEW.product_id ELSE '' END, nextval('recommendations.offer_revision'))
  ON CONFLICT (product_id) DO UPDATE SET revision = EXCLUDED.revision;
  RETURN NULL;
END $$;
CREATE TRIGGER offer_added AFTER INSERT ON recommendations.product
  FOR EACH ROW EXECUTE FUNCTION recommendations.note_offer_change();
CREATE TRIGGER offer_changed AFTER UPDATE ON recommendations.product FOR EACH ROW
  WHEN ((OLD.name, OLD.name_ru, OLD.description, OLD.category, OLD.brand, OLD.price_minor, OLD.stock, OLD.countries, OLD.first_seen_at)
    IS DISTINCT FROM
    (NEW.name, NEW.name_ru, NEW.description, NEW.category, NEW.brand, NEW.price_minor, NEW.stock, NEW.countries, NEW.first_seen_at))
  EXECUTE FUNCTION recommendations.note_offer_change();
CREATE TRIGGER offers_emptied AFTER DELETE ON recommendations.product
  FOR EACH STATEMENT EXECUTE FUNCTION recommendations.note_offer_change();
CREATE TRIGGER offers_truncated AFTER TRUNCATE ON recommendations.product
  FOR EACH STATEMENT EXECUTE FUNCTION recommendations.note_offer_change();
