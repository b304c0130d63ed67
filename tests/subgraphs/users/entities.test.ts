import { openOrm } from '@cda/platform/database/orm.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { users } from '@cda/users';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';

test('the entities of customers and the tables agree on every column’s type and whether it may be empty', async () => {
  await using database = await createTestDatabase(emptyShop);
  const orm = await openOrm(users, roleUrl(database.url, testSecret, 'cda_users'));
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ safe: true, wrap: false });
    const statements = sql
      .split(/;\n*/)
      .filter((statement) => /"users"\."(customer|segment|churn|lifetime|rule)/.test(statement));
    // Indexes are the migrations' own, and generated columns are known to PostgreSQL alone: all else has to agree.
    const changes = statements.filter(
      (statement) => !/^\W*drop index/.test(statement) && !/add "external_id"/.test(statement),
    );
    expect(changes).toEqual([]);
  } finally {
    await orm.close(true);
  }
});
