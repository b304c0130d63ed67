import { openOrm } from '@cda/platform/database/orm.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { users } from '@cda/users';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../../system-template.ts';

test('the account entities and their migration describe the same tables', async () => {
  await using database = await createTestDatabase(emptyShop);
  const orm = await openOrm(users, roleUrl(database.url, testSecret, 'cda_users'));
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ safe: false, wrap: false });
    const names = [
      'account',
      'api_key',
      'session',
      'sign_in_code',
      'sign_in_attempt',
      'telegram_chat',
      'telegram_link_code',
    ];
    const ours = sql
      .split(/;\n*/)
      .filter((statement) => names.some((name) => new RegExp(`"users"\\."${name}"`).test(statement)));
    expect(ours).toEqual([]);
  } finally {
    await orm.close(true);
  }
});
