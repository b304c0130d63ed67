import type { MigrationObject } from '@mikro-orm/core';
import { Migration001Products } from './001-products.ts';

/** Migrations of the `products` schema, in order. */
export const migrations: readonly MigrationObject[] = [{ name: '001-products', class: Migration001Products }];
