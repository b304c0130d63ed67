-- What a unit costs the shop, by the catalogue's word alone. Price and cost are kept with their currencies: what is left of one over the
-- other is a margin only where they are the same.
DROP TRIGGER offer_changed ON recommendations.product;
ALTER TABLE recommendations.product
  DROP COLUMN price_minor,
  ADD COLUMN cost_fact text COLLATE "C",
  ADD COLUMN price_minor bigint GENERATED ALWAYS AS (split_part(substr(price_fact, 54), ' ', 1)::bigint) STORED,
  ADD COLUMN currency text GENERATED ALWAYS AS (split_part(substr(price_fact, 54), ' ', 2)) STORED,
  ADD COLUMN cost_minor bigint GENERATED ALWAYS AS (split_part(substr(cost_fact, 54), ' ', 1)::bigint) STORED,
  ADD COLUMN cost_currency text GENERATED ALWAYS AS (split_part(substr(cost_fact, 54), ' ', 2)) STORED;
CREATE TRIGGER offer_changed AFTER UPDATE ON recommendations.product FOR EACH ROW
  WHEN ((OLD.name, OLD.name_ru, OLD.description, OLD.category, OLD.brand, OLD.price_minor, OLD.currency, OLD.cost_minor,
      OLD.cost_currency, OLD.stock, OLD.countries, OLD.first_seen_at)
    IS DISTINCT FROM
    (NEW.name, NEW.name_ru, NEW.description, NEW.category, NEW.brand, NEW.price_minor, NEW.currency, NEW.cost_minor,
      NEW.cost_currency, NEW.stock, NEW.countries, NEW.first_seen_at))
  EXECUTE FUNCTION recommendations.note_offer_change();
