import { createPool } from '@cda/platform/database/pool.ts';
import { expect, test } from 'vitest';
import { loadModelStates } from '../../cli/src/model-states.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { emptyShop } from '../system-template.ts';

test('an operator is told of each model whether it answers, and else why not', async () => {
  await using database = await createTestDatabase(emptyShop);
  const pool = createPool(database.url, { name: 'test', max: 1 });
  try {
    await pool.query(
      `INSERT INTO registry.model_version (subgraph, model, version, status, as_of, duration_ms, rows, seed, parameters, metrics,
         primary_metric, value, baseline_name, baseline, higher_is_better)
       SELECT 'users', model, version, status, now(), 1, 1, 1, '{}', '{}', 'auc', value, 'recency', 0.5, true
       FROM (VALUES ('users.churn', 1, 'SUPERSEDED', 0.6), ('users.churn', 2, 'SERVED', 0.75), ('users.churn', 3, 'BELOW_BASELINE', 0.4),
         ('users.segmentation', 1, 'BELOW_BASELINE', 0.45)) v (model, version, status, value)`,
    );
    await pool.query(
      `INSERT INTO registry.training_run (subgraph, model, status, message, queued_at)
       VALUES ('products', 'products.elasticity', 'FAILED', '{"en": "Out of memory.", "ru": "—"}', now() - interval '1 day'),
         ('products', 'products.elasticity', 'NOT_ENOUGH_DATA', '{"en": "3 products are needed.", "ru": "—"}', now()),
         ('analytics', 'analytics.forecast', 'FAILED', '{"en": "Out of memory.", "ru": "—"}', now())`,
    );
    const asked = [
      'users.segmentation',
      'users.churn',
      'products.elasticity',
      'analytics.forecast',
      'analytics.anomalies',
    ];
    expect(await loadModelStates(pool, asked)).toEqual([
      {
        model: 'users.segmentation',
        served: false,
        words: 'version 1, auc 0.450 against 0.500 (recency)',
        remedy: expect.stringContaining('does not beat its baseline'),
      },
      { model: 'users.churn', served: true, words: 'version 2, auc 0.750 against 0.500 (recency)' },
      { model: 'products.elasticity', served: false, words: 'not enough data', remedy: '3 products are needed.' },
      {
        model: 'analytics.forecast',
        served: false,
        words: 'the fit failed: Out of memory.',
        remedy: expect.stringContaining('npm run train'),
      },
      { model: 'analytics.anomalies', served: false, words: 'not fitted', remedy: 'npm run train' },
    ]);
  } finally {
    await pool.end();
  }
});
