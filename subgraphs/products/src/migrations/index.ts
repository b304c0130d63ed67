import type { MigrationObject } from '@mikro-orm/core';

/** Migrations of the `products` schema, in order. */
export const migrations: readonly MigrationObject[] = [];
