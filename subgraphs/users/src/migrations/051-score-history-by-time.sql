-- Each fit takes away what is too old to be shown. Rows come in the order of time, so that a few bytes a megabyte tell where the old ones
-- are; without them every fit would read the whole history, which grows by a row a customer a fit.
CREATE INDEX score_history_by_time ON users.score_history USING brin (as_of) WITH (pages_per_range = 32);
