import { defineProjection } from '@cda/platform/events/projection.ts';
import { experimentChanges } from '@cda/platform/experiments/experiment.ts';
import { creditedSide, experimentOfList, variantOfList } from '@cda/platform/experiments/list-id.ts';

const ofCustomers = "seq > $1 AND seq <= $2 AND left(customer_key, 2) IN ('u:', 'a:')";
const listOf = "properties->>'recommendation_id'";

/** Experiments by the latest revision that the log tells. */
export const experiment = defineProjection({
  name: 'experiment',
  version: 1,
  tables: ['analytics.experiment'],
  apply: [
    `INSERT INTO analytics.experiment AS e (experiment, revision, state)
     SELECT DISTINCT ON (1) properties->>'experiment_id', (properties->>'revision')::integer, properties
     FROM events.log WHERE ${experimentChanges} ORDER BY 1, 2 DESC
     ON CONFLICT (experiment) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
     WHERE e.revision < EXCLUDED.revision`,
  ],
});

/** Who met which variant, and what they did with lists that experiments made. */
export const experimentExposure = defineProjection({
  name: 'experiment-exposure',
  version: 1,
  tables: ['analytics.experiment_exposure', 'analytics.experiment_click', 'analytics.experiment_credit'],
  apply: [
    `INSERT INTO analytics.experiment_exposure AS e (customer_key, experiment, variant, first_at, last_at)
     SELECT customer_key, experiment, variant, min(occurred_at), max(occurred_at) FROM (
       SELECT customer_key, occurred_at,
         CASE name WHEN 'Experiment Viewed' THEN coalesce(properties->>'experiment_id', properties->>'experimentId')
           ELSE ${experimentOfList(listOf)} END AS experiment,
         CASE name WHEN 'Experiment Viewed' THEN coalesce(properties->>'variation_id', properties->>'variationId')
           ELSE ${variantOfList(listOf)} END AS variant
       FROM events.log WHERE ${ofCustomers} AND name IN ('Experiment Viewed', 'Product List Viewed')
     ) met
     WHERE experiment <> '' AND variant <> ''
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (customer_key, experiment, variant) DO UPDATE SET
       first_at = least(e.first_at, EXCLUDED.first_at), last_at = greatest(e.last_at, EXCLUDED.last_at)`,
    `INSERT INTO analytics.experiment_click AS c (customer_key, experiment, first_at, last_at)
     SELECT customer_key, experiment, min(occurred_at), max(occurred_at) FROM (
       SELECT customer_key, occurred_at, ${experimentOfList(listOf)} AS experiment
       FROM events.log WHERE ${ofCustomers} AND name = 'Product Clicked'
     ) clicked
     WHERE experiment IS NOT NULL
     GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (customer_key, experiment) DO UPDATE SET
       first_at = least(c.first_at, EXCLUDED.first_at), last_at = greatest(c.last_at, EXCLUDED.last_at)`,
    `INSERT INTO analytics.experiment_credit AS c (customer_key, experiment, list, kind, product_id, side, at)
     SELECT customer_key, ${experimentOfList('list')}, split_part(list, '.', 4), kind, product_id,
       min(${creditedSide('list', 'product_id')}), min(occurred_at)
     FROM (
       SELECT customer_key, occurred_at, ${listOf} AS list, (name = 'Product Added')::integer AS kind, properties->>'product_id' AS product_id
       FROM events.log WHERE ${ofCustomers} AND name IN ('Product Clicked', 'Product Added')
       UNION ALL
       SELECT customer_key, occurred_at, line->>'recommendation_id', 2, line->>'product_id'
       FROM events.log, jsonb_array_elements(properties->'products') AS line
       WHERE ${ofCustomers} AND name = 'Order Completed' AND jsonb_typeof(properties->'products') = 'array'
     ) done
     WHERE ${creditedSide('list', 'product_id')} IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (customer_key, experiment, list, kind, product_id) DO UPDATE SET
       side = least(c.side, EXCLUDED.side), at = least(c.at, EXCLUDED.at)`,
  ],
});

/** Orders and refunds of each person, by moment. */
export const customerOutcome = defineProjection({
  name: 'customer-outcome',
  version: 1,
  tables: ['analytics.customer_outcome'],
  apply: [
    `INSERT INTO analytics.customer_outcome (customer_key, message_id, kind, at, revenue_minor)
     SELECT customer_key, message_id, (name = 'Order Refunded')::integer, occurred_at,
       CASE WHEN coalesce(properties->>'currency', (SELECT currency FROM events.shop)) = (SELECT currency FROM events.shop)
         THEN coalesce((properties->>'revenue_minor')::bigint, 0) ELSE 0 END
     FROM events.log WHERE ${ofCustomers} AND name IN ('Order Completed', 'Order Refunded')
     ORDER BY customer_key, message_id
     ON CONFLICT DO NOTHING`,
  ],
});
