-- Whoever watches the shop live is told what has changed on the channel "live": a topic and a name, never the data. PostgreSQL tells
-- it when the transaction has committed, so what is said to have changed can be read.
CREATE FUNCTION registry.tell_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_notify('live', json_build_object('topic', TG_ARGV[0], 'key', NEW.model)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_training AFTER INSERT OR UPDATE ON registry.training_run
  FOR EACH ROW EXECUTE FUNCTION registry.tell_change('training');
CREATE TRIGGER tell_model AFTER INSERT OR UPDATE OF status ON registry.model_version
  FOR EACH ROW EXECUTE FUNCTION registry.tell_change('model');
