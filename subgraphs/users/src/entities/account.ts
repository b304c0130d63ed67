import type { Role } from '@cda/platform/auth/scopes.ts';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A person who signs in. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  schema: 'users',
  properties: {
    id: p.uuid().primary(),
    /** Lower case: one address is one account. */
    email: p.text().unique('account_email_unique'),
    name: p.text(),
    role: p.enum(['VIEWER', 'ANALYST', 'MARKETER', 'ADMIN'] satisfies Role[]).columnType('text'),
    /** argon2id in PHC form; null for those who sign in by code only. */
    passwordHash: p.text().nullable(),
    createdAt: p.datetime().columnType('timestamptz'),
    disabledAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type AccountRow = InferEntity<typeof Account>;
