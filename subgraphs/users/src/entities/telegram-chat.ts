import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A Telegram chat that acts for an account. */
export const TelegramChat = defineEntity({
  name: 'TelegramChat',
  tableName: 'telegram_chat',
  schema: 'users',
  properties: {
    chatId: p.text().primary(),
    accountId: () =>
      p
        .manyToOne(Account)
        .mapToPk()
        .fieldName('account_id')
        .deleteRule('cascade')
        .foreignKeyName('telegram_chat_account_id_foreign'),
    linkedAt: p.datetime().columnType('timestamptz'),
  },
});
