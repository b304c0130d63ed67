import { sqlMigration } from '@cda/platform/database/sql-migration.ts';
import { identityMigration } from '@cda/platform/events/identity-tables.ts';
import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `recommendations` schema, in order. */
export const migrations: readonly MigrationObject[] = [
  sqlMigration(new URL('./001-recommendations.sql', import.meta.url)),
  identityMigration('recommendations'),
  sqlMigration(new URL('./021-one-customer.sql', import.meta.url)),
  sqlMigration(new URL('./030-merchandising.sql', import.meta.url)),
  sqlMigration(new URL('./040-outcomes.sql', import.meta.url)),
  sqlMigration(new URL('./050-countries.sql', import.meta.url)),
  sqlMigration(new URL('./060-experiments.sql', import.meta.url)),
  sqlMigration(new URL('./070-margins.sql', import.meta.url)),
];
