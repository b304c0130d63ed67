import { defineEntity, p } from '@mikro-orm/core';

/** Failed tries to sign in within the running window, by the hash of what was tried. */
export const SignInAttempt = defineEntity({
  name: 'SignInAttempt',
  tableName: 'sign_in_attempt',
  schema: 'users',
  properties: {
    subject: p.text().primary(),
    failures: p.integer(),
    windowStartedAt: p.datetime().columnType('timestamptz'),
  },
});
