import { readFileSync } from 'node:fs';
import type { MigrationObject } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';

/**
 * A forward-only migration that is one SQL file: what runs is what a reviewer reads. Name files by number,
 * `001-customers.sql`; a file that has been released is never changed.
 *
 * @param file `new URL('./001-customers.sql', import.meta.url)`
 */
export function sqlMigration(file: URL): MigrationObject {
  const name = file.pathname.slice(file.pathname.lastIndexOf('/') + 1).replace(/\.sql$/, '');
  return {
    name,
    class: class extends Migration {
      override up(): void {
        this.addSql(readFileSync(file, 'utf8'));
      }
    },
  };
}
