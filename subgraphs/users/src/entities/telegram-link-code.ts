import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A code that links one chat to an account, kept as its hash. */
export const TelegramLinkCode = defineEntity({
  name: 'TelegramLinkCode',
  tableName: 'telegram_link_code',
  schema: 'users',
  properties: {
    hash: p.text().primary(),
    accountId: () =>
      p
        .manyToOne(Account)
        .mapToPk()
        .fieldName('account_id')
        .deleteRule('cascade')
        .foreignKeyName('telegram_link_code_account_id_foreign'),
    expiresAt: p.datetime().columnType('timestamptz'),
    usedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});
