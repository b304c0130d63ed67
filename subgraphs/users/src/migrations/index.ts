import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `users` schema, in order. */
export const migrations: readonly MigrationObject[] = [];
