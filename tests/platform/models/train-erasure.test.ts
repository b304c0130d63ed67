import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import { beginErasure, finishErasure } from '@cda/platform/events/erase.ts';
import { defineModel, type Trained } from '@cda/platform/models/define-model.ts';
import type { EstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

const trained: Trained<string[]> = {
  fitted: [],
  rows: 1,
  params: {},
  metrics: {},
  primary: { name: 'skill', value: 2, baselineName: 'none', baseline: 1, higherIsBetter: true },
};

test('a fit that knew somebody who is erased meanwhile is done again without them', async () => {
  await using open = new AsyncDisposableStack();
  const database = open.use(await createTestDatabase(emptyShop));
  const poolOf = (role: 'cda_users' | 'cda_analytics') =>
    open.adopt(createPool(roleUrl(database.url, testSecret, role), { name: 'test', statementTimeoutMs: 0 }), (pool) =>
      pool.end(),
    );
  const users = poolOf('cda_users');
  await users.query('CREATE TABLE users.test_score (customer_key text PRIMARY KEY)');
  await acceptEvents(
    poolOf('cda_analytics'),
    ['ann', 'bob'].map((userId) => ({ type: 'page', messageId: userId, userId })),
    { source: 'test', currency: 'EUR', mayChangeCatalogue: true },
  );
  const model = defineModel<string[], string[]>({
    name: 'test',
    title: { en: 'Test', ru: 'Тест' },
    estimator: new URL('file:///not-used'),
    tables: ['users.test_score'],
    load: async ({ db }) => {
      const { rows } = await db.query<{ key: string }>('SELECT customer_key AS key FROM events.log ORDER BY 1');
      return rows.map(({ key }) => key);
    },
    save: async ({ tx, input }) => {
      await tx.query('INSERT INTO users.test_score SELECT unnest($1::text[])', [input]);
    },
  });
  const fitted: unknown[] = [];
  const estimators = {
    fit: async (_module: URL, input: unknown) => {
      fitted.push(input);
      if (fitted.length === 1) {
        const people = [['u:bob']];
        const id = await beginErasure(users, { people, mode: 'WIPE', afterwards: 'REFUSE', by: 'test' });
        await finishErasure(users, id);
      }
      return trained;
    },
  } as unknown as EstimatorPool;
  const { rows: runs } = await users.query<{ id: string }>(
    "INSERT INTO registry.training_run (subgraph, model) VALUES ('users', 'users.test') RETURNING id",
  );
  const outcome = await trainModel({
    subgraph: 'users',
    model,
    db: users,
    estimators,
    log: silentLog,
    runId: runs[0]!.id,
  });
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', version: { number: 1 } });
  expect(fitted).toEqual([['u:ann', 'u:bob'], ['u:ann']]);
  expect((await users.query('SELECT * FROM users.test_score')).rows).toEqual([{ customer_key: 'u:ann' }]);
  expect((await users.query('SELECT status FROM registry.training_run')).rows).toEqual([{ status: 'SUCCEEDED' }]);
});
