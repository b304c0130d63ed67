import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `recommendations` schema, in order. */
export const migrations: readonly MigrationObject[] = [];
