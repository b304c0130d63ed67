import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `analytics` schema, in order. */
export const migrations: readonly MigrationObject[] = [];
