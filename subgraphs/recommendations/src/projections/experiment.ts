import { defineProjection } from '@cda/platform/events/projection.ts';
import { experimentChanges } from '@cda/platform/experiments/experiment.ts';
import { experimentOfList, variantOfList } from '@cda/platform/experiments/list-id.ts';

const listOf = "properties->>'recommendation_id'";

/** Experiments about lists by the latest revision that the log tells, and who was shown which variant of them. */
export const experiment = defineProjection({
  name: 'experiment',
  version: 1,
  tables: ['recommendations.experiment', 'recommendations.experiment_exposure'],
  apply: [
    `INSERT INTO recommendations.experiment AS e (experiment, revision, state)
     SELECT DISTINCT ON (1) properties->>'experiment_id', (properties->>'revision')::integer, properties
     FROM events.log WHERE ${experimentChanges} AND properties->>'kind' <> 'SHOP' ORDER BY 1, 2 DESC
     ON CONFLICT (experiment) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
     WHERE e.revision < EXCLUDED.revision`,
    `INSERT INTO recommendations.experiment_exposure AS e (customer_key, experiment, variant, first_at, last_at)
     SELECT customer_key, experiment, variant, min(occurred_at), max(occurred_at) FROM (
       SELECT customer_key, occurred_at, ${experimentOfList(listOf)} AS experiment, ${variantOfList(listOf)} AS variant
       FROM events.log
       WHERE seq > $1 AND seq <= $2 AND left(customer_key, 2) IN ('u:', 'a:') AND name = 'Product List Viewed'
     ) met
     WHERE experiment IS NOT NULL AND variant <> '*'
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (customer_key, experiment, variant) DO UPDATE SET
       first_at = least(e.first_at, EXCLUDED.first_at), last_at = greatest(e.last_at, EXCLUDED.last_at)`,
  ],
});
