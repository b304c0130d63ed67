import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A signed-in browser or program. Its refresh token names the session and its generation. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  schema: 'users',
  properties: {
    id: p.uuid().primary(),
    accountId: () =>
      p
        .manyToOne(Account)
        .mapToPk()
        .fieldName('account_id')
        .deleteRule('cascade')
        .foreignKeyName('session_account_id_foreign')
        .index('session_account_id_index'),
    generation: p.integer(),
    renewedAt: p.datetime().columnType('timestamptz'),
    expiresAt: p.datetime().columnType('timestamptz'),
    endedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});
