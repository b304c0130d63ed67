import type { MigrationObject } from '@mikro-orm/core';
import { Migration001Metrics } from './001-metrics.ts';

/** Migrations of the `analytics` schema, in order. */
export const migrations: readonly MigrationObject[] = [{ name: '001-metrics', class: Migration001Metrics }];
