import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A code that signs an account in once, kept as its hash. */
export const SignInCode = defineEntity({
  name: 'SignInCode',
  tableName: 'sign_in_code',
  schema: 'users',
  properties: {
    hash: p.text().primary(),
    accountId: () =>
      p
        .manyToOne(Account)
        .mapToPk()
        .fieldName('account_id')
        .deleteRule('cascade')
        .foreignKeyName('sign_in_code_account_id_foreign'),
    expiresAt: p.datetime().columnType('timestamptz'),
    usedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});
