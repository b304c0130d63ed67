import { sqlMigration } from '@cda/platform/database/sql-migration.ts';
import { identityMigration } from '@cda/platform/events/identity-tables.ts';
import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `analytics` schema, in order. */
export const migrations: readonly MigrationObject[] = [
  sqlMigration(new URL('./001-metrics.sql', import.meta.url)),
  sqlMigration(new URL('./002-event-totals.sql', import.meta.url)),
  identityMigration('analytics'),
  sqlMigration(new URL('./021-one-customer.sql', import.meta.url)),
  sqlMigration(new URL('./030-forecast.sql', import.meta.url)),
  sqlMigration(new URL('./040-experiments.sql', import.meta.url)),
];
