import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';

/** Whom a subject of an identity provider stands for. */
export const AccountIdentity = defineEntity({
  name: 'AccountIdentity',
  tableName: 'account_identity',
  schema: 'users',
  properties: {
    /** SHA-256 of issuer and subject. */
    hash: p.text().primary(),
    accountId: () =>
      p
        .manyToOne(Account)
        .mapToPk()
        .fieldName('account_id')
        .deleteRule('cascade')
        .foreignKeyName('account_identity_account_id_foreign'),
    issuer: p.text(),
    linkedAt: p.datetime().columnType('timestamptz'),
  },
  uniques: [{ name: 'account_identity_account_id_issuer_unique', properties: ['accountId', 'issuer'] }],
});
