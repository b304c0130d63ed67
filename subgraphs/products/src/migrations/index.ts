import { sqlMigration } from '@cda/platform/database/sql-migration.ts';
import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `products` schema, in order. */
export const migrations: readonly MigrationObject[] = [
  sqlMigration(new URL('./001-products.sql', import.meta.url)),
  sqlMigration(new URL('./010-costs.sql', import.meta.url)),
];
