import { sqlMigration } from '@cda/platform/database/sql-migration.ts';
import { identityMigration } from '@cda/platform/events/identity-tables.ts';
import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `users` schema, in order. */
export const migrations: readonly MigrationObject[] = [
  sqlMigration(new URL('./001-customers.sql', import.meta.url)),
  sqlMigration(new URL('./002-scores.sql', import.meta.url)),
  sqlMigration(new URL('./010-accounts.sql', import.meta.url)),
  identityMigration('users'),
  sqlMigration(new URL('./021-one-customer.sql', import.meta.url)),
  sqlMigration(new URL('./030-histories.sql', import.meta.url)),
  sqlMigration(new URL('./031-rule-segments.sql', import.meta.url)),
  sqlMigration(new URL('./040-reasons-on-read.sql', import.meta.url)),
  sqlMigration(new URL('./041-timeline.sql', import.meta.url)),
  sqlMigration(new URL('./050-account-identities.sql', import.meta.url)),
  sqlMigration(new URL('./051-score-history-by-time.sql', import.meta.url)),
];
