-- Reasons are worded when they are asked for, from what the model saw of the customer and the parameters that are kept with the
-- version: sentences for every customer cost more to write than all the rest of a fit, and nearly none of them is ever read.
-- Scores of earlier versions have no features, and no reasons until the next fit.
ALTER TABLE users.churn_score DROP COLUMN reasons;
ALTER TABLE users.churn_score ADD COLUMN features real[] NOT NULL DEFAULT '{}';
ALTER TABLE users.customer_segment DROP COLUMN reasons;
ALTER TABLE users.customer_segment ADD COLUMN features double precision[] NOT NULL DEFAULT '{}';
ALTER TABLE users.lifetime_value DROP COLUMN reasons;
ALTER TABLE users.lifetime_value ADD COLUMN features double precision[] NOT NULL DEFAULT '{}';
-- Whether the upper bound holds only if the customer orders again.
ALTER TABLE users.lifetime_value ADD COLUMN high_if_back boolean NOT NULL DEFAULT false;
